import CEjitShims

/// Writes a line to standard output at once: nothing is lost if the process ends early.
func put(_ line: String) { write(line, to: 1) }

/// Says something on standard error, where no figures go.
func note(_ message: String) { write(message, to: 2) }

private func write(_ line: String, to descriptor: Int32) {
  let bytes = Array((line + "\n").utf8)
  _ = bytes.withUnsafeBytes { ejit_write_all(descriptor, $0.baseAddress, $0.count) }
}
