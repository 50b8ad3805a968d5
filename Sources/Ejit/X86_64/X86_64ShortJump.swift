/// A jump over the next few instructions, inside the lowering of one op; `land` says where to.
struct ShortJump {
  /// Of the byte that holds the distance.
  fileprivate let offset: Int
}

/// Jumps that reach 127 bytes forward, 128 back.
extension CodeBuffer {
  /// `jcc rel8` — 70+cc cb.
  mutating func skip(if condition: Condition) -> ShortJump { skip(code: condition.code) }
  mutating func skip(code condition: UInt8) -> ShortJump {
    emit(UInt64(0x70 | condition), length: 2)
    return ShortJump(offset: count - 1)
  }
  /// `jmp rel8` — EB cb.
  mutating func skip() -> ShortJump {
    emit(0xEB, length: 2)
    return ShortJump(offset: count - 1)
  }
  /// The jump leads here: its distance counts from behind it.
  mutating func land(_ jump: ShortJump) {
    let distance = count - jump.offset - 1
    assert(distance <= 127)
    base.storeBytes(of: UInt8(truncatingIfNeeded: distance), toByteOffset: jump.offset, as: UInt8.self)
  }
  /// `jcc rel8` back to `start`.
  mutating func `repeat`(from start: Int, if condition: Condition) {
    let distance = start - count - 2
    assert(distance >= -128)
    emit8(0x70 | condition.code)
    emit8(UInt8(truncatingIfNeeded: distance))
  }
}
