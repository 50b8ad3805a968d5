#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory at an address of our choice, for as long as the process lives.
enum FixedMemory {
  /// `count` zeroed bytes at `address`; stops the process if something else is there.
  static func map(_ address: UInt64, count: Int) -> UnsafeMutableRawBufferPointer {
    #if os(Windows)
      fatalError("memory at a fixed address is not written for Windows")
    #else
      let wanted = UnsafeMutableRawPointer(bitPattern: UInt(address))
      let found = mmap(wanted, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard found == wanted else { fatalError("no memory at \(hex(address))") }
      return UnsafeMutableRawBufferPointer(start: found, count: count)
    #endif
  }
}

func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
