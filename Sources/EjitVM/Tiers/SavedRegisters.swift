import Ejit

/// The registers of compiled code as `exit` saves them in its frame: one word for each number, vectors behind.
struct SavedRegisters {
  let words: UnsafeMutablePointer<UInt64>

  static let byteCount: Int32 = 512
  static func offset(_ number: Int) -> Int32 { Int32(8 * number) }
  static func offset(vector number: Int) -> Int32 { Int32(256 + 8 * number) }

  subscript(number: Int) -> UInt64 { unsafe words[number] }
  subscript(vector number: Int) -> UInt64 { unsafe words[32 + number] }
  subscript(role: Register) -> UInt64 { self[Target.host.abi.number(of: role)!] }

  var base: UnsafeMutablePointer<Slot> {
    unsafe UnsafeMutablePointer(bitPattern: UInt(self[Convention.base]))!
  }
  var depth: Int { Int(truncatingIfNeeded: self[Convention.depth]) }
  /// A result as compiled code returns it.
  var result: Slot { Slot(payload: self[Convention.payload], tag: self[Convention.tag]) }
}
