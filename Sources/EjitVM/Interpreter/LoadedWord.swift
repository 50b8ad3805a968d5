import CEjitShims

/// A word as the interpreter reads it: its slots by their distance in halves of a slot, which addressing can scale by 8.
struct LoadedWord: BitwiseCopyable {
  var bits: UInt64

  /// A row of a table stays as it is.
  init(row bits: UInt64) { self.bits = bits }
  init(_ word: Word) { bits = word.bits + (word.bits & word.op.slotFields) }

  /// The word, in code of the machine's own making.
  var word: Word {
    let op = MicroOp(rawValue: UInt8(truncatingIfNeeded: bits)).unsafelyUnwrapped
    return Word(bits: bits - (bits & op.slotFields) >> 1)
  }

  /// Field x keeps which types the result had, a bit for each.
  mutating func keepType(_ tag: UInt64) { bits |= 1 << (8 + tag) }
  mutating func forgetTypes() { bits &= ~0xFF00 }
}

/// A word where it lies. Each field is one load when it is asked for: less than to cut it out of a register.
struct WordInPlace {
  private let bytes: UnsafeRawPointer

  @inline(__always) init(_ word: UnsafePointer<LoadedWord>) { bytes = UnsafeRawPointer(word) }

  @inline(__always) var number: UInt8 { bytes.load(as: UInt8.self) }
  /// For comparisons in a row.
  @inline(__always) func hasNumber(_ number: UInt8) -> Bool {
    ejit_load_anew(bytes.assumingMemoryBound(to: UInt8.self)) == number
  }
  @inline(__always) var x: UInt8 { bytes.load(fromByteOffset: 1, as: UInt8.self) }

  @inline(__always) func a(_ base: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> { slot(2, base) }
  @inline(__always) func b(_ base: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> { slot(4, base) }
  @inline(__always) func c(_ base: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> { slot(6, base) }
  /// Whose slot `a` is `slot`.
  @inline(__always) func base(_ slot: UnsafeMutablePointer<Slot>) -> UnsafeMutablePointer<Slot> {
    (UnsafeMutableRawPointer(slot) - distance(2)).assumingMemoryBound(to: Slot.self)
  }

  // Fields that are no slots.
  @inline(__always) var c: Int { Int(bytes.load(fromByteOffset: 6, as: UInt16.self)) }
  @inline(__always) var signedB: Int { Int(bytes.load(fromByteOffset: 4, as: Int16.self)) }
  @inline(__always) var signedC: Int { Int(bytes.load(fromByteOffset: 6, as: Int16.self)) }
  @inline(__always) var wide: Int { Int(bytes.load(fromByteOffset: 4, as: Int32.self)) }
  @inline(__always) var step: Int { Int(Int8(bitPattern: x) >> 1) }
  /// Whether it is a jump that goes backwards.
  @inline(__always) var counts: Bool { x & 1 != 0 }

  @inline(__always) private func distance(_ field: Int) -> Int {
    Int(bytes.load(fromByteOffset: field, as: UInt16.self)) &* (MemoryLayout<Slot>.stride / 2)
  }
  @inline(__always) private func slot(
    _ field: Int, _ base: UnsafeMutablePointer<Slot>
  ) -> UnsafeMutablePointer<Slot> {
    (UnsafeMutableRawPointer(base) + distance(field)).assumingMemoryBound(to: Slot.self)
  }
}

extension MicroOp {
  /// The fields of its words that are slots.
  fileprivate var slotFields: UInt64 {
    switch self {
    case .jump: 0
    case .loadInt, .loadTag, .call, .callHost, .jumpIf, .jumpUnless, .jumpTable, .return, .throw, .jumpEqI, .jumpNeI,
      .jumpLtI, .jumpNotLtI, .jumpLeI, .jumpNotLeI, .jumpGtI, .jumpNotGtI, .jumpGeI, .jumpNotGeI:
      0xFFFF_0000
    case .move, .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor, .arrayNew, .arrayLen, .stringLen, .addI, .mulI,
      .divI,
      .remI, .andI, .shlI, .shrI, .shrUI, .jumpEq, .jumpNe, .jumpLt, .jumpNotLt, .jumpLe, .jumpNotLe, .jumpLtU,
      .jumpLeU, .addJumpLt, .addJumpLe, .arrayPush, .callIndirect:
      0xFFFF_FFFF_0000
    case .add, .sub, .mul, .div, .rem, .min, .max, .addTrap, .subTrap, .mulTrap, .divU, .remU, .and, .or, .xor, .shl,
      .shr, .shrU, .eq, .ne, .lt, .le, .ltU, .leU, .arrayGet, .arraySet, .stringAt:
      0xFFFF_FFFF_FFFF_0000
    }
  }
}
