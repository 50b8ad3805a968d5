/// A C calling convention as a value: which machine register has which number, and what for.
public enum ABI: UInt8, CaseIterable, Sendable {
  /// System V, x86-64.
  case sysV
  /// Windows, x86-64.
  case win64
  /// AAPCS64: Linux and others, AArch64.
  case aapcs64
  /// Apple's, AArch64: AAPCS64, but arguments on the stack take their own sizes, and variable ones are all there.
  case appleARM64
  /// Windows, AArch64: AAPCS64, but variadic functions find numbers in general registers.
  case windowsARM64

  /// The machine's number of each register, in the order of ours. AArch64: the identity, with holes.
  var hardware: [UInt8] {
    switch self {
    //            rdi rsi rdx rcx r8 r9 rax r10 rbx r12 r13 r14 r15 rbp
    case .sysV: [7, 6, 2, 1, 8, 9, 0, 10, 3, 12, 13, 14, 15, 5]
    //            rcx rdx r8 r9 rax r10 rbx rdi rsi r12 r13 r14 r15 rbp
    case .win64: [1, 2, 8, 9, 0, 10, 3, 7, 6, 12, 13, 14, 15, 5]
    case .aapcs64, .appleARM64, .windowsARM64: (0...30).map { $0 }
    }
  }

  /// The machine's number of each vector register: the same, but on Windows x64, where calls preserve xmm6 and up, the
  /// lowering keeps xmm5 for itself, and number 5 is xmm15.
  func hardwareVector(_ number: Int) -> UInt8 {
    self == .win64 && number == 5 ? 15 : UInt8(truncatingIfNeeded: number)
  }

  /// The machine's number of the vector register that the lowering keeps for itself: calls do not preserve it.
  var vectorScratch: UInt8 {
    switch self {
    case .sysV: 15
    case .win64: 5
    case .aapcs64, .appleARM64, .windowsARM64: 31
    }
  }

  /// How many integer arguments travel in registers: `Register.argument(0)` and up, numbers 0 and up.
  public var argumentCount: Int {
    switch self {
    case .sysV: 6
    case .win64: 4
    case .aapcs64, .appleARM64, .windowsARM64: 8
    }
  }

  /// The numbers of `Register.result(0)` and up.
  public var results: [Int] { (0..<2).compactMap(result) }

  /// The numbers of `Register.saved(0)` and up: a call preserves them, and none is the frame pointer.
  public var saved: [Int] { Array(savedRange) }

  /// The numbers of `Register.temporary(0)` and up: no arguments, no results, gone after a call.
  public var temporaries: [Int] { Array(temporaryRange) }

  /// The number of the frame pointer: rbp or x29.
  public var framePointer: Int {
    switch self {
    case .sysV, .win64: 13
    case .aapcs64, .appleARM64, .windowsARM64: 29
    }
  }

  /// The numbers that a program may use.
  public var numbers: [Int] { (0..<32).filter(hasNumber) }

  /// The number of a register, or nil if this convention has none of that name. Allocates nothing.
  public func number(of register: Register) -> Int? {
    switch register.name {
    case .number(let number): hasNumber(number) ? number : nil
    case .argument(let index): index < argumentCount ? index : nil
    case .result(let index): result(index)
    case .saved(let index): ABI.member(index, of: savedRange)
    case .temporary(let index): ABI.member(index, of: temporaryRange)
    case .sp, .invalid: nil
    }
  }

  /// How many floating-point arguments travel in registers: `VectorRegister.argument(0)` and up, numbers 0 and up.
  public var vectorArgumentCount: Int {
    switch self {
    case .sysV, .aapcs64, .appleARM64, .windowsARM64: 8
    case .win64: 4
    }
  }

  /// The numbers of `VectorRegister.result(0)` and up.
  public var vectorResults: [Int] { Array(0..<vectorResultCount) }

  /// The numbers of `VectorRegister.saved(0)` and up: a call preserves their low 64 bits, on Windows x64 all.
  public var savedVectors: [Int] { Array(savedVectorRange) }

  /// The numbers of `VectorRegister.temporary(0)` and up: no arguments, no results, gone after a call.
  public var temporaryVectors: [Int] { Array(temporaryVectorRange) }

  /// The number of a floating-point register, or nil if this convention has none of that name. Allocates nothing.
  public func number(ofVector register: VectorRegister) -> Int? {
    switch register.name {
    case .number(let number): vectorNumbers.contains(number) ? number : nil
    case .argument(let index): index < vectorArgumentCount ? index : nil
    case .result(let index): index < vectorResultCount ? index : nil
    case .saved(let index): index < savedVectorRange.count ? savedVectorRange.lowerBound + index : nil
    case .temporary(let index):
      index < temporaryVectorRange.count ? temporaryVectorRange.lowerBound + index : nil
    case .invalid: nil
    }
  }

  /// The numbers of floating-point registers that a program may use: one less than the machine has.
  public var vectorNumbers: Range<Int> {
    switch self {
    case .sysV, .win64: 0..<15
    case .aapcs64, .appleARM64, .windowsARM64: 0..<31
    }
  }

  private var vectorResultCount: Int {
    switch self {
    case .sysV: 2
    case .win64: 1
    case .aapcs64, .appleARM64, .windowsARM64: 4
    }
  }

  var savedVectorRange: Range<Int> {
    switch self {
    case .sysV: 0..<0
    case .win64: 5..<15
    case .aapcs64, .appleARM64, .windowsARM64: 8..<16
    }
  }

  private var temporaryVectorRange: Range<Int> {
    switch self {
    case .sysV: 8..<15
    case .win64: 4..<5
    case .aapcs64, .appleARM64, .windowsARM64: 16..<31
    }
  }

  /// Whether a call preserves the low 64 bits of the floating-point register with this number.
  public func isPreservedVector(_ number: Int) -> Bool { savedVectorRange.contains(number) }

  /// Whether a call preserves the register with this number.
  public func isPreserved(_ number: Int) -> Bool { savedRange.contains(number) || number == framePointer }

  /// The registers that a call does not preserve, by number: what lives in one of these across a call must be pushed
  /// before it, `live.intersection(abi.clobbered)`.
  public var clobbered: RegisterSet {
    RegisterSet(numbers: (0..<32).reduce(0) { hasNumber($1) && !isPreserved($1) ? $0 | 1 << UInt32($1) : $0 })
  }

  /// The floating-point registers that a call does not preserve: bit n for number n.
  public var clobberedVectors: UInt32 {
    vectorNumbers.reduce(0) { isPreservedVector($1) ? $0 : $0 | 1 << UInt32($1) }
  }

  /// Bytes above the return address that are the callee's own, below the arguments on the stack: on Windows x64 the
  /// homes of the four register arguments. Microsoft, "x64 stack usage".
  public var homeBytes: Int {
    switch self {
    case .win64: 32
    case .sysV, .aapcs64, .appleARM64, .windowsARM64: 0
    }
  }

  private static func member(_ index: Int, of range: ClosedRange<Int>) -> Int? {
    range.contains(range.lowerBound + index) ? range.lowerBound + index : nil
  }

  private func hasNumber(_ number: Int) -> Bool {
    switch self {
    case .sysV, .win64: (0...13).contains(number)
    case .aapcs64, .appleARM64, .windowsARM64: (0...30).contains(number) && !(16...18).contains(number)
    }
  }

  private func result(_ index: Int) -> Int? {
    switch (self, index) {
    case (.sysV, 0): 6
    case (.sysV, 1): 2
    case (.win64, 0): 4
    case (.aapcs64, 0), (.aapcs64, 1), (.appleARM64, 0), (.appleARM64, 1), (.windowsARM64, 0), (.windowsARM64, 1): index
    case (_, _): nil
    }
  }

  /// The numbers of the `saved` roles.
  var savedRange: ClosedRange<Int> {
    switch self {
    case .sysV: 8...12
    case .win64: 6...12
    case .aapcs64, .appleARM64, .windowsARM64: 19...28
    }
  }

  private var temporaryRange: ClosedRange<Int> {
    switch self {
    case .sysV: 7...7
    case .win64: 5...5
    case .aapcs64, .appleARM64, .windowsARM64: 8...15
    }
  }
}
