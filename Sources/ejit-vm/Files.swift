import CEjitShims

enum Files {
  /// The bytes of a file.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ejit_read_file(path, &bytes)
    defer { ejit_free(bytes) }
    guard count >= 0 else { throw Failure("ejit-vm: error: cannot read \(path): \(reason(Int32(-count)))") }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// Creates or replaces a file.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let status = ejit_write_file(path, bytes, bytes.count, 0o644)
    guard status == 0 else { throw Failure("ejit-vm: error: cannot write \(path): \(reason(-status))") }
  }

  /// What an errno means: the numbers that the systems agree on.
  private static func reason(_ errno: Int32) -> String {
    switch errno {
    case 2: "there is no such file"
    case 13: "permission denied"
    case 20: "a part of the path is no folder"
    case 21: "it is a folder"
    case 28: "no space left"
    default: "errno \(errno)"
    }
  }
}
