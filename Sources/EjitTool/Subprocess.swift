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
    let words = arguments.map { Array($0.utf8CString) }
    let status = Subprocess.withPointers(to: words[...], []) { pointers in
      ejit_run(pointers + [nil], discardingErrors ? 1 : 0, 0, &exitCode, &signal, &bytes, &count)
    }
    defer { ejit_free(bytes) }
    guard status == 0 else { return nil }
    ending = signal == 0 ? .exited(exitCode) : .signal(signal)
    output = Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  private static func withPointers(
    to words: ArraySlice<[CChar]>, _ pointers: [UnsafePointer<CChar>?], _ body: ([UnsafePointer<CChar>?]) -> Int32
  ) -> Int32 {
    guard let word = words.first else { return body(pointers) }
    return word.withUnsafeBufferPointer { withPointers(to: words.dropFirst(), pointers + [$0.baseAddress], body) }
  }
}
