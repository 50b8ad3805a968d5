import Ejit

/// A register of x86-64 by number, and its names at all sizes.
struct X86_64Register: Equatable {
  let number: Int

  var q: StaticString { X86_64Register.names64[number] }
  var d: StaticString { X86_64Register.names32[number] }
  var w: StaticString { X86_64Register.names16[number] }
  var b: StaticString { X86_64Register.names8[number] }

  subscript(width: Width) -> StaticString { width == .w64 ? q : d }
  /// The name at the size of what is stored.
  subscript(type: MemoryType) -> StaticString {
    switch type.byteCount {
    case 1: b
    case 2: w
    case 4: d
    case _: q
    }
  }

  static let rax = X86_64Register(number: 0)
  static let rcx = X86_64Register(number: 1)
  static let rdx = X86_64Register(number: 2)
  static let rsp = X86_64Register(number: 4)
  static let rbp = X86_64Register(number: 5)
  static let r11 = X86_64Register(number: 11)

  private static let names64: [StaticString] = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
  ]
  private static let names32: [StaticString] = [
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d",
    "r15d",
  ]
  private static let names16: [StaticString] = [
    "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w",
  ]
  private static let names8: [StaticString] = [
    "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b",
  ]

  /// The machine's number of each of our numbers: arguments, result, the others, rbp.
  static func numbers(of abi: ABI) -> [Int] {
    switch abi {
    case .sysV: [7, 6, 2, 1, 8, 9, 0, 10, 3, 12, 13, 14, 15, 5]
    case .win64: [1, 2, 8, 9, 0, 10, 3, 7, 6, 12, 13, 14, 15, 5]
    case .aapcs64, .appleARM64, .windowsARM64: []
    }
  }
}

extension Condition {
  /// The suffix of `jcc`, `setcc` and `cmovcc`.
  var x86_64: StaticString {
    switch self {
    case .eq: "e"
    case .ne: "ne"
    case .slt: "l"
    case .sle: "le"
    case .sgt: "g"
    case .sge: "ge"
    case .ult, .carry, .borrow: "b"
    case .ule: "be"
    case .ugt: "a"
    case .uge, .noCarry, .noBorrow: "ae"
    case .overflow: "o"
    case .noOverflow: "no"
    case .negative: "s"
    case .nonNegative: "ns"
    }
  }
}

extension MemoryType {
  /// What stands before a memory operand of this size.
  var pointer: StaticString {
    switch byteCount {
    case 1: "byte ptr "
    case 2: "word ptr "
    case 4: "dword ptr "
    case _: "qword ptr "
    }
  }
}
