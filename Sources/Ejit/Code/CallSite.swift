/// A call of an absolute address, in a form that works from anywhere: the address into a register, then a call of that.
///
/// Where code will lie is not known before it is published. Then a near call takes the place of the far one if it
/// reaches; it stands last, so that the return address stays the same, behind instructions that do nothing.
struct CallSite {
  /// In bytes from the start of the code: the whole form, from here …
  let start: UInt32
  /// … to here.
  let end: UInt32
  /// The address that is called.
  let target: UInt64
}

extension Emission {
  /// Records that the code from `start` to here calls `target`.
  mutating func addCall(to target: UInt64, from start: Int) {
    calls.append(
      CallSite(
        start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: code.count), target: target))
  }

  /// Makes the calls near that reach, in a copy of the code that will run at `address`.
  func shortenCalls(in copy: UnsafeMutableRawBufferPointer, at address: UInt) {
    for index in 0..<calls.count {
      switch target.architecture {
      case .x86_64: X86_64.shorten(calls[index], in: copy, at: UInt64(address))
      case .aarch64: AArch64.shorten(calls[index], in: copy, at: UInt64(address))
      }
    }
  }
}
