import CEjitShims

/// Another process: what it wrote and how it ended.
struct Subprocess {
  enum Ending: Equatable {
    case exited(Int32)
    case signal(Int32)
  }

  let ending: Ending
  /// What it wrote to standard output; standard error is this process's.
  let output: [UInt8]

  /// Runs a program, which is looked up in PATH, to its end; nil if it cannot be started.
  init?(_ arguments: [String], discardingErrors: Bool = false) {
    var exitCode: Int32 = 0
    var signal: Int32 = 0
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = Subprocess.withPointers(to: arguments) { pointers in
      ejit_run(pointers, discardingErrors ? 1 : 0, 0, &exitCode, &signal, &bytes, &count)
    }
    defer { ejit_free(bytes) }
    guard status == 0 else { return nil }
    ending = signal == 0 ? .exited(exitCode) : .signal(signal)
    output = Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Lends the words as C has them: pointers to bytes that end with NUL, and at the end of all a null pointer.
  private static func withPointers(
    to words: [String], _ body: ([UnsafePointer<CChar>?]) -> Int32
  ) -> Int32 {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for word in words {
      offsets.append(bytes.count)
      bytes += word.utf8CString
    }
    return bytes.withUnsafeBufferPointer { bytes in
      body(offsets.map { offset in bytes.baseAddress.map { $0 + offset } } + [nil])
    }
  }
}
