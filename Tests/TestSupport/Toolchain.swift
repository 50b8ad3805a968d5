import CEjitShims

/// The programs that tests ask for a second opinion: found beside `swift`, else in PATH.
public enum Tool: String, CaseIterable, Sendable {
  case clang
  case objcopy = "llvm-objcopy"
  case objdump = "llvm-objdump"

  /// Where it is, or nil.
  public var path: String? {
    if let swift = find("swift"), let slash = swift.lastIndex(of: "/"), let path = find(swift[...slash] + rawValue) {
      return path
    }
    return find(rawValue)
  }

  private func find(_ name: some StringProtocol) -> String? {
    var path = [CChar](repeating: 0, count: 4096)
    let count = Int(ejit_find_executable(String(name), &path, path.count))
    return count < 0 ? nil : String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Runs the tool and returns what it printed.
  @discardableResult
  func run(_ arguments: [String]) throws(ToolError) -> [UInt8] {
    guard let path else { throw .missing(rawValue) }
    return try Tool.run([path] + arguments)
  }

  /// Runs a program, the first of `words`, and returns what it printed.
  static func run(_ words: [String]) throws(ToolError) -> [UInt8] {
    let strings = words.map { strdup($0) }
    defer { for string in strings { string?.deallocate() } }
    let pointers = strings.map { UnsafePointer($0) } + [nil]
    var (exitCode, signal, count): (Int32, Int32, Int) = (0, 0, 0)
    var output: UnsafeMutablePointer<UInt8>?
    let status = ejit_run(pointers, 1, 120, &exitCode, &signal, &output, &count)
    defer { ejit_free(output) }
    let bytes = [UInt8](UnsafeBufferPointer(start: output, count: count))
    guard status == 0, exitCode == 0, signal == 0 else {
      throw .failed(words[0], String(decoding: bytes.prefix(2000), as: UTF8.self))
    }
    return bytes
  }

  private static func strdup(_ string: String) -> UnsafeMutablePointer<CChar>? {
    let bytes = string.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { copy[index] = byte }
    return copy
  }
}

/// Why there is no second opinion.
public enum ToolError: Error, Equatable {
  /// This tool is not installed: a test that needs it is skipped, in CI it fails.
  case missing(String)
  /// The tool gave up, with this last word.
  case failed(String, String)
  /// A file could not be written or read: errno.
  case file(Int32)
}

/// A file that is there as long as this value is.
struct ScratchFile: ~Copyable {
  let path: String

  init(_ bytes: [UInt8] = []) throws(ToolError) {
    var name = [CChar](repeating: 0, count: 4096)
    let count = Int(ejit_create_temporary("ejit-tests-", &name, name.count))
    guard count >= 0 else { throw .file(Int32(-count)) }
    let status = ejit_write_file(name, bytes, bytes.count, 0o644)
    guard status == 0 else {
      _ = ejit_remove_file(name)  // the first error is the one to report
      throw .file(-status)
    }
    path = String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = ejit_remove_file(path) }

  func read() throws(ToolError) -> [UInt8] { try readFile(path) }
}

/// The bytes of a file.
public func readFile(_ path: String) throws(ToolError) -> [UInt8] {
  var bytes: UnsafeMutablePointer<UInt8>?
  let count = ejit_read_file(path, &bytes)
  guard count >= 0 else { throw .file(Int32(-count)) }
  defer { ejit_free(bytes) }
  return [UInt8](UnsafeBufferPointer(start: bytes, count: Int(count)))
}
