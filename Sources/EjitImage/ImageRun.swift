import CEjitShims

extension AArch64Image {
  /// Makes the calls, all of them in one process under qemu-aarch64, and reads what they left.
  ///
  /// A call that crashes or takes longer than its limit does not keep the others from being made. What a call
  /// writes outside of its buffers is nobody's: it may change the results of others.
  ///
  /// - Parameters:
  ///   - secondsPerCall: processor time after which a call is ended with signal 27; 0: no limit.
  ///   - seconds: time after which the whole run is given up with `timedOut`; 0: no limit.
  public func run(secondsPerCall: UInt32 = 10, seconds: UInt32 = 600) throws(ImageError) -> ImageResults {
    let emulator = try Emulator.find()
    let file = try TemporaryFile(executable(secondsPerCall: secondsPerCall))
    let output = try emulator.run(file, seconds: seconds)
    return try ImageResults(output.span, callCount: calls.count, outputCount: outputs.count)
  }
}

/// qemu's user-mode emulator for AArch64 Linux programs.
public struct Emulator: Sendable {
  /// Its path, ended by NUL.
  private let path: [CChar]

  /// Looks for qemu-aarch64-static, then for qemu-aarch64, in PATH.
  ///
  /// - Throws: `noEmulator` if there is neither.
  public static func find() throws(ImageError) -> Emulator {
    for name: StaticString in ["qemu-aarch64-static", "qemu-aarch64"] {
      var path = [CChar](repeating: 0, count: 4096)
      let length = name.withUTF8Buffer { name in
        unsafe name.withMemoryRebound(to: CChar.self) { name in
          unsafe path.withUnsafeMutableBufferPointer { path in
            unsafe ejit_find_executable(name.baseAddress, path.baseAddress, path.count)
          }
        }
      }
      if length >= 0 { return Emulator(path: path) }
    }
    throw .noEmulator
  }

  /// Runs the program and returns what it wrote to standard output.
  func run(_ program: borrowing TemporaryFile, seconds: UInt32) throws(ImageError) -> [UInt8] {
    var exitCode: Int32 = 0
    var signal: Int32 = 0
    var output: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = unsafe path.withUnsafeBufferPointer { emulator in
      unsafe program.path.withUnsafeBufferPointer { program in
        let arguments: [UnsafePointer<CChar>?] = unsafe [emulator.baseAddress, program.baseAddress, nil]
        return unsafe ejit_run(arguments, 0, seconds, &exitCode, &signal, &output, &count)
      }
    }
    defer { unsafe ejit_free(output) }
    guard status == 0 else {
      // Only a child that was killed in time leaves output behind.
      if unsafe output != nil { throw .timedOut }
      throw .system(-status)
    }
    guard exitCode == 0, signal == 0 else { throw .emulator(exitCode: exitCode, signal: signal) }
    return unsafe [UInt8](UnsafeBufferPointer(start: output, count: count))
  }
}

/// A file that is there as long as this value is.
struct TemporaryFile: ~Copyable {
  /// Ended by NUL.
  let path: [CChar]

  /// An executable file with these bytes.
  init(_ bytes: [UInt8]) throws(ImageError) {
    var path = [CChar](repeating: 0, count: 4096)
    let length = unsafe path.withUnsafeMutableBufferPointer { path in
      unsafe ejit_create_temporary("ejit-image-", path.baseAddress, path.count)
    }
    guard length >= 0 else { throw .system(-length) }
    let status = unsafe ejit_write_file(path, bytes, bytes.count, 0o755)
    guard status == 0 else {
      _ = unsafe ejit_remove_file(path)  // the first error is the one to report
      throw .system(-status)
    }
    self.path = path
  }

  deinit {
    // A file that cannot be removed is one that somebody else removed.
    _ = unsafe ejit_remove_file(path)
  }
}
