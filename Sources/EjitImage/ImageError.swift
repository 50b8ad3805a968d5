/// Why an image could not be made or run.
public enum ImageError: Error, Equatable, Sendable {
  /// Neither `qemu-aarch64-static` nor `qemu-aarch64` is in PATH.
  case noEmulator
  /// More code, buffers or calls than there are addresses for: 192 MiB of code, 256 MiB of inputs, 256 MiB of
  /// outputs, 700,000 calls.
  case tooLarge
  /// More than eight arguments of a kind.
  case tooManyArguments
  /// A call to an address that is no multiple of 4 or lies outside of the code.
  case badEntry(UInt64)
  /// A system call failed, here and not in the program. Its errno.
  case system(Int32)
  /// The emulator took longer than the limit for the whole run.
  case timedOut
  /// The emulator itself ended in another way than expected, which happens when a call overwrites what the start
  /// stub needs: its exit status, or the signal that ended it (else 0).
  case emulator(exitCode: Int32, signal: Int32)
  /// The emulator wrote this number of bytes, which is not the size of the results.
  case badOutput(Int)
}
