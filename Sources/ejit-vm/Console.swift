import CEjitShims

/// Standard output and standard error.
enum Console {
  /// Writes `text` to standard output.
  static func print(_ text: String) { write(text, to: 1) }

  /// Writes `text` and a line feed to standard output.
  static func printLine(_ text: String) { write(text + "\n", to: 1) }

  /// Writes `text` and a line feed to standard error.
  static func printError(_ text: String) { write(text + "\n", to: 2) }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    // Where nobody listens there is nobody to tell.
    _ = ejit_write_all(descriptor, bytes, bytes.count)
  }
}
