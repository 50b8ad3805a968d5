import CEjitShims
import EjitText

/// The C functions that programs may use, and others that this tool itself needs by name.
enum Externs {
  private static let names = [
    "printf", "puts", "putchar", "memcpy", "memset", "strlen", "sin", "cos", "exp", "log", "pow",
  ]

  /// All names, for messages.
  static var list: String { names.joined(separator: ", ") }

  /// The address in this process of a function that programs may use.
  static func address(_ name: Name) -> UInt64? {
    let text = name.description
    return names.contains(text) ? symbol(text) : nil
  }

  private static func symbol(_ name: String) -> UInt64? {
    ejit_symbol(name).map { UInt64(UInt(bitPattern: $0)) }
  }

  /// Writes what C functions have printed and the C library still holds.
  static func flushOutput() { call("fflush", 0) }

  /// Ends this process by a signal if it takes longer than this; 0 revokes it.
  static func limit(seconds: UInt64) { call("alarm", seconds) }

  /// On Linux this process does not outlive the one that waits for it.
  static func endWithParent() { call("prctl", 1, 9) }  // PR_SET_PDEATHSIG, SIGKILL

  /// A crash ends this process at once; no handler, such as that of the Swift runtime, says anything about it.
  static func crashSilently() {
    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV with the numbers of Linux; SIG_DFL.
    for signal: UInt64 in [4, 5, 6, 7, 8, 11] { call("signal", signal, 0) }
  }

  private static func call(_ name: String, _ first: UInt64, _ second: UInt64 = 0) {
    guard let address = symbol(name) else { return }
    var registers = CallRegisters()
    registers.integers[0] = first
    registers.integers[1] = second
    _ = registers.call(UInt(address))
  }
}
