/// The machine's number of every register value, worked out once per convention: one load instead of a decision.
struct RegisterMap: @unchecked Sendable {
  /// Names no register of the target.
  static let invalid: UInt8 = 0xFF
  /// The stack pointer, whatever its number.
  static let stackPointer: UInt8 = 0xFE

  private let base: UnsafeMutablePointer<UInt8>
  /// The machine's number of the frame pointer.
  let framePointer: UInt8
  /// The machine's number of the vector register that no program can name.
  let vectorScratch: UInt8

  // In memory that is never given back.
  private static let sysV = RegisterMap(.sysV)
  private static let win64 = RegisterMap(.win64)
  private static let aapcs64 = RegisterMap(.aapcs64)

  static func shared(for abi: ABI) -> RegisterMap {
    switch abi {
    case .sysV: sysV
    case .win64: win64
    case .aapcs64, .appleARM64, .windowsARM64: aapcs64  // they name the same registers
    }
  }

  private init(_ abi: ABI) {
    base = .allocate(capacity: 512)
    let hardware = abi.hardware
    framePointer = hardware[abi.framePointer]
    vectorScratch = abi.vectorScratch
    for rawValue in UInt8.min...UInt8.max {
      let register = Register(rawValue: rawValue)
      base[Int(rawValue)] =
        register == .sp
        ? RegisterMap.stackPointer : abi.number(of: register).map { hardware[$0] } ?? RegisterMap.invalid
      base[256 + Int(rawValue)] =
        abi.number(ofVector: VectorRegister(rawValue: rawValue)).map(abi.hardwareVector) ?? RegisterMap.invalid
    }
  }

  /// The machine's number, or `invalid`, or `stackPointer`.
  @inline(__always) subscript(register: Register) -> UInt8 { base[Int(register.rawValue)] }

  /// The machine's number, or `invalid`.
  @inline(__always) subscript(vector register: VectorRegister) -> UInt8 { base[256 &+ Int(register.rawValue)] }
}
