import CEjitShims

/// Standard output and standard error.
enum Console {
  /// Writes `text` and a line feed to standard output.
  static func printLine(_ text: String) { print(text + "\n") }

  /// Writes `text` to standard output.
  static func print(_ text: String) { write(Array(text.utf8), to: 1) }

  /// Writes bytes to standard output.
  static func print(_ bytes: [UInt8]) { write(bytes, to: 1) }

  /// Writes `text` and a line feed to standard error.
  static func printError(_ text: String) { write(Array(text.utf8) + [UInt8(ascii: "\n")], to: 2) }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    // Where nobody listens there is nobody to tell.
    _ = ejit_write_all(descriptor, bytes, bytes.count)
  }
}
