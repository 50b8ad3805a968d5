import CEjitShims

/// A program that ran to its end.
struct Child {
  /// What it wrote to standard output, by lines.
  let lines: [Substring]
  /// From start to end, in nanoseconds.
  let nanoseconds: UInt64

  /// Runs the program that stands first in `arguments`, looked up in PATH; nil if it is not there or fails.
  init?(_ arguments: [String]) {
    var (exitCode, signal, count): (Int32, Int32, Int) = (0, 0, 0)
    var output: UnsafeMutablePointer<UInt8>?
    let start = ejit_monotonic_nanoseconds()
    let status = Child.withPointers(to: arguments) { ejit_run($0, 0, 0, &exitCode, &signal, &output, &count) }
    nanoseconds = ejit_monotonic_nanoseconds() - start
    defer { ejit_free(output) }
    guard status == 0, exitCode == 0, signal == 0 else { return nil }
    lines = String(decoding: UnsafeBufferPointer(start: output, count: count), as: UTF8.self).split(separator: "\n")
  }

  /// Whether there is a program of this name.
  static func exists(_ name: String) -> Bool {
    var path = [CChar](repeating: 0, count: 4096)
    return ejit_find_executable(name, &path, path.count) > 0
  }

  /// Lends the words as C has them: pointers to bytes that end with NUL, and at the end of all a null pointer.
  private static func withPointers(to words: [String], _ body: ([UnsafePointer<CChar>?]) -> Int32) -> Int32 {
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

/// A file that is there as long as this object is.
final class ScratchFile {
  let path: String

  /// nil if there can be none.
  init?(_ bytes: [UInt8] = [], mode: Int32 = 0o644) {
    var name = [CChar](repeating: 0, count: 4096)
    let count = Int(ejit_create_temporary("ejit-bench-", &name, name.count))
    guard count >= 0 else { return nil }
    path = String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard bytes.isEmpty || ejit_write_file(name, bytes, bytes.count, mode) == 0 else { return nil }
  }

  deinit { _ = ejit_remove_file(path) }
}
