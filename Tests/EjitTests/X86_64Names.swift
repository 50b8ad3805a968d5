@testable import Ejit

// How the manual writes operands: what the texts of encoder rows are made of.

extension GPR {
  static let all = (0..<16).map { GPR(number: $0) }

  private static let wide = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
  ]

  func name(_ w: Width = .w64) -> String {
    let wide = GPR.wide[Int(number)]
    return w == .w64 ? wide : number < 8 ? "e" + wide.dropFirst() : wide + "d"
  }
  var name16: String { number < 8 ? String(GPR.wide[Int(number)].dropFirst()) : name() + "w" }
  var name8: String {
    number < 4 ? ["al", "cl", "dl", "bl"][Int(number)] : number < 8 ? name16 + "l" : name() + "b"
  }
  /// The shortest move of 64 bits.
  func moveText(_ bits: UInt64) -> String {
    if bits <= UInt64(UInt32.max) { return "mov \(name(.w32)), \(bits)" }
    let value = Int64(bitPattern: bits)
    return Int32(exactly: value) == nil ? "movabs \(name()), \(value)" : "mov \(name()), \(value)"
  }
}

extension ALU {
  static let all: [(ALU, String)] = [
    (.add, "add"), (.or, "or"), (.adc, "adc"), (.sbb, "sbb"), (.and, "and"), (.sub, "sub"), (.xor, "xor"),
    (.cmp, "cmp"),
  ]
}

extension UnaryOp {
  static let all: [(UnaryOp, String)] = [
    (.not, "not"), (.neg, "neg"), (.mul, "mul"), (.imul, "imul"), (.div, "div"), (.idiv, "idiv"),
  ]
}

extension ShiftOp {
  static let all: [(ShiftOp, String)] = [
    (.rol, "rol"), (.ror, "ror"), (.shl, "shl"), (.shr, "shr"), (.sar, "sar"),
  ]
}

extension Condition {
  /// The manual's condition code. SDM vol. 1, appendix B.
  var suffix: String {
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

extension Memory {
  /// Every base with every size of displacement, every index with some base and shift, and no base.
  static var exceptions: [Memory] {
    var memories: [Memory] = []
    for (place, base) in GPR.all.enumerated() {
      memories += [0, -128, 128].map { Memory(base, $0) }
      for index in GPR.all where index != .rsp && (index.number + base.number) % 4 == 1 {
        memories.append(Memory(base, index, shift: UInt8(place % 4), Int32(place % 3 * 100 - 100)))
      }
    }
    return memories + [Memory(absolute: 0x7FFF_FFFF), Memory(absolute: -8)]
  }

  var text: String {
    if isRelative { return "[rip + \(displacement)]" }
    guard let base else { return "[\(displacement)]" }
    let scaled = index.map { " + \($0.name())*\(1 << shift)" } ?? ""
    return "[\(base.name())\(scaled) + \(displacement)]"
  }
}

extension MemoryType {
  var pointer: String { ["byte ptr", "word ptr", "dword ptr", "qword ptr"][Int(rawValue & 3)] }

  func loadText(_ r: GPR, _ memory: Memory) -> String {
    switch self {
    case .u8, .u16: "movzx \(r.name(.w32)), \(pointer) \(memory.text)"
    case .u32: "mov \(r.name(.w32)), \(pointer) \(memory.text)"
    case .u64, .s64: "mov \(r.name()), \(pointer) \(memory.text)"
    case .s8, .s16: "movsx \(r.name()), \(pointer) \(memory.text)"
    case .s32: "movsxd \(r.name()), \(pointer) \(memory.text)"
    }
  }
  func storeText(_ r: GPR, _ memory: Memory) -> String { "mov \(pointer) \(memory.text), \(name(r))" }
  /// The part of the register that this type has.
  func name(_ r: GPR) -> String { [r.name8, r.name16, r.name(.w32), r.name()][Int(rawValue & 3)] }
}

extension CacheLevel {
  /// The hint that brings a line so near.
  var hint: String {
    switch self {
    case .l1: "prefetcht0"
    case .l2: "prefetcht1"
    case .l3: "prefetcht2"
    case .stream: "prefetchnta"
    }
  }
}

extension XMM {
  static let all = (0..<16).map { XMM(number: $0) }

  var name: String { "xmm\(number)" }
}

extension Width {
  /// The end of mnemonics of numbers.
  var scalar: String { self == .w64 ? "sd" : "ss" }
  /// What stands before a number in memory.
  var pointer: String { self == .w64 ? "qword ptr" : "dword ptr" }
}

extension FloatOp {
  static let all: [(FloatOp, String)] = [
    (.sqrt, "sqrt"), (.add, "add"), (.mul, "mul"), (.sub, "sub"), (.min, "min"), (.div, "div"), (.max, "max"),
  ]
}

extension FloatLogic {
  static let all: [(FloatLogic, String)] = [(.and, "andps"), (.andn, "andnps"), (.or, "orps"), (.xor, "xorps")]
}

extension FloatFusion {
  static let all: [(FloatFusion, String)] = [
    (.add, "vfmadd"), (.sub, "vfmsub"), (.negatedAdd, "vfnmadd"), (.negatedSub, "vfnmsub"),
  ]
}

extension FusionOrder {
  static let all: [(FusionOrder, String)] = [(.o132, "132"), (.o213, "213"), (.o231, "231")]
}

extension FloatPredicate {
  /// Those that SSE has come first.
  static let all: [(FloatPredicate, String)] = [
    (.eq, "eq"), (.lt, "lt"), (.le, "le"), (.unord, "unord"), (.neq, "neq"), (.nlt, "nlt"), (.nle, "nle"),
    (.ord, "ord"), (.equ, "eq_uq"), (.nge, "nge"), (.ngt, "ngt"), (.neqo, "neq_oq"), (.ge, "ge"), (.gt, "gt"),
  ]
}
