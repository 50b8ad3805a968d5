import CEjitShims
import VMPrograms

/// From the start of a process of `ejit-vm` to the result of a program that does almost nothing, by the wall clock.
struct VMStart {
  private static let program = "; The answer.\n.fn main args=0 locals=0\n  const 42\n  return\n"

  /// nil where the tool does not stand beside this one.
  static func measure(rounds: Int = 20) -> Measurement? {
    guard let file = ScratchFile([UInt8](program.utf8)) else { return nil }
    let own = CommandLine.arguments[0]
    let folder = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
    var time = Measurement()
    for _ in 0..<rounds {
      guard let child = Child(["\(folder)ejit-vm", "run", file.path]), child.lines == ["42"] else { return nil }
      time.add(Double(child.nanoseconds))
    }
    return time
  }
}
