/// What stands for the address of an instruction: a number in a part of the address space where no processor has
/// memory, so that no host address is ever taken for one.
///
/// Bits 40…63 are a signature that is neither all zeros nor all ones, as bits 48…63 of every real address are
/// (SDM vol. 1, §3.3.7.1, Canonical Addressing; Arm ARM D8.1, VA ranges); 32…39 the kind; 0…31 the place of an
/// instruction as `Resolution` has laid them out.
enum CodeAddress: Equatable {
  /// A label, by the place of the instruction that binds it.
  case label(Int)
  /// Behind the `fastCall` at this place.
  case behindFastCall(Int)
  /// Behind the call, at this place, of a function of the program.
  case behindCall(Int)
  /// The caller of the interpreter.
  case exit

  private static let signature: UInt64 = 0x45_4A49

  /// Its number.
  var bits: UInt64 {
    switch self {
    case .label(let index): CodeAddress.bits(1, index)
    case .behindFastCall(let index): CodeAddress.bits(2, index)
    case .behindCall(let index): CodeAddress.bits(3, index)
    case .exit: CodeAddress.bits(4, 0)
    }
  }

  private static func bits(_ kind: UInt64, _ index: Int) -> UInt64 {
    signature << 40 | kind << 32 | UInt64(UInt32(truncatingIfNeeded: index))
  }

  /// What this number stands for, if it has the signature. Whether the program has such an instruction is not asked.
  init?(_ bits: UInt64) {
    let index = Int(UInt32(truncatingIfNeeded: bits))
    switch bits >> 32 {
    case CodeAddress.signature << 8 | 1: self = .label(index)
    case CodeAddress.signature << 8 | 2: self = .behindFastCall(index)
    case CodeAddress.signature << 8 | 3: self = .behindCall(index)
    case CodeAddress.signature << 8 | 4: self = .exit
    default: return nil
    }
  }

  /// Whether this number lies where addresses of instructions lie, whatever its kind.
  static func isReserved(_ bits: UInt64) -> Bool { bits >> 40 == signature }
}
