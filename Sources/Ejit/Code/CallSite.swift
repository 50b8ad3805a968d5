/// A call of an absolute address, or a jump there, in a form that works from anywhere: the address into a register,
/// then a call of that.
///
/// Where code will lie is not known before it is published. Then a near call takes the place of the far one if it
/// reaches; it stands last, so that the return address stays the same, behind instructions that do nothing.
struct CallSite {
  /// The whole form, from here …
  var start: UInt32
  /// … to here: each a `CodePlace`.
  var end: UInt32
  /// The address that is called.
  let target: UInt64
  let isJump: Bool
}

/// Eight bytes of data that are the address of a label.
struct AddressSite {
  /// Where the bytes lie, a `CodePlace`.
  let place: UInt32
  let label: UInt32
  let instruction: UInt32
}

extension Emission {
  /// Records that the code from `start` to here calls `target`, or jumps there.
  mutating func addCall(to target: UInt64, from start: Int, isJump: Bool = false) {
    calls.append(
      CallSite(
        start: UInt32(truncatingIfNeeded: start) | sectionBit, end: place, target: target, isJump: isJump))
  }

  /// Makes a copy of the finished code one that will run at `address`: calls that reach become near, addresses of
  /// labels absolute.
  func relocate(_ copy: UnsafeMutableRawBufferPointer, to address: UInt) {
    for index in 0..<calls.count {
      switch target.architecture {
      case .x86_64: X86_64.shorten(calls[index], in: copy, at: UInt64(address))
      case .aarch64: AArch64.shorten(calls[index], in: copy, at: UInt64(address))
      }
    }
    for index in 0..<addresses.count {
      let offset = Int(addresses[index].place)
      let bits = UInt64(
        littleEndian: UnsafeRawBufferPointer(copy).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      copy.storeBytes(of: (bits &+ UInt64(address)).littleEndian, toByteOffset: offset, as: UInt64.self)
    }
  }
}
