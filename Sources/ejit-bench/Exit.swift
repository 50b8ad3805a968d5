import CEjitShims

/// Says why on standard error and ends with status 2.
func fail(_ message: String) -> Never {
  let text = Array("ejit-bench: \(message)\n".utf8)
  _ = text.withUnsafeBytes { ejit_write_all(2, $0.baseAddress, $0.count) }
  exit(2)
}

/// Ends the process.
func exit(_ status: Int32) -> Never {
  ejit_exit(status)
}
