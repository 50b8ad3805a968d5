/// A hole: a branch emitted before the distance to its label was known.
struct Fixup {
  /// Of the 32-bit hole, in bytes from the start of the code.
  let offset: UInt32
  /// The label it leads to.
  let label: UInt32
  /// The index of the instruction to blame.
  let instruction: UInt32
  /// How the distance is written.
  let form: Form

  enum Form: UInt8 {
    /// Bytes from the end of the hole. SDM vol. 2, JMP and Jcc rel32.
    case rel32
    /// Words from the hole, at bit 0. Arm ARM, C6.2, B and BL.
    case imm26
    /// Words from the hole, at bit 5. Arm ARM, C6.2, B.cond, CBZ and CBNZ.
    case imm19
    /// Words from the hole, at bit 5. Arm ARM, C6.2, TBZ and TBNZ.
    case imm14

    /// The distances from the hole that this form can write, in bytes.
    var reach: ClosedRange<Int> {
      switch self {
      case .rel32: (-1 << 31) + 4...(1 << 31) - 1 + 4
      case .imm26: -1 << 27...(1 << 27) - 4
      case .imm19: -1 << 20...(1 << 20) - 4
      case .imm14: -1 << 15...(1 << 15) - 4
      }
    }

    /// The bits to set in the (empty) hole to reach `distance` bytes, if it can.
    func bits(for distance: Int) -> UInt32? {
      guard reach.contains(distance) else { return nil }
      let words = UInt32(truncatingIfNeeded: distance >> 2)
      return switch self {
      case .rel32: UInt32(truncatingIfNeeded: distance - 4)
      case .imm26: words & 0x03FF_FFFF
      case .imm19: (words & 0x7_FFFF) << 5
      case .imm14: (words & 0x3FFF) << 5
      }
    }
  }
}
