/// Bytes that stop whoever executes them. They fill memory that holds no code.
enum Trap {
  #if arch(x86_64)
    /// `int3`, eight times.
    static let pattern: UInt64 = 0xCCCC_CCCC_CCCC_CCCC
  #elseif arch(arm64)
    /// `brk #0`, twice.
    static let pattern: UInt64 = 0xD420_0000_D420_0000
  #else
    #error("Which bytes trap on this processor?")
  #endif

  /// Fills `count` bytes; both are multiples of 8.
  static func fill(_ memory: UnsafeMutableRawPointer, _ count: Int) {
    unsafe memory.initializeMemory(as: UInt64.self, repeating: pattern, count: count / 8)
  }

  /// Fills the memory from `start`, any offset, to `end`, a multiple of 8. The bytes between two multiples are those
  /// that a reader of whole words expects there.
  static func fill(_ memory: UnsafeMutableRawPointer, from start: Int, to end: Int) {
    let aligned = (start + 7) & -8
    for offset in start..<aligned {
      let byte = UInt8(truncatingIfNeeded: pattern >> UInt64(8 * (offset & 7)))
      unsafe memory.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
    unsafe fill(memory + aligned, end - aligned)
  }
}
