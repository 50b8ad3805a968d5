import EjitVM

extension ModuleGenerator {
  /// A call of a function further behind, of this one with less fuel, or of a host function.
  mutating func call(_ depth: Int) {
    let choice = source.byte()
    if choice < 24 { return host(depth) }
    if number == Self.selfCalling, choice < 96 { return callItself(depth) }
    if number >= Self.firstLeaf, choice & 1 == 0 { return leaf(.number) }
    let first = choice & 3 == 3 ? Self.firstLeaf : 1
    let callee = max(number + 1, first + Int(choice >> 2) % (Self.signatures.count - first))
    guard callee < Self.signatures.count else { return leaf(.number) }
    let arguments = Self.signatures[callee].arguments
    for index in 0..<arguments {
      if callee == Self.selfCalling, index == 0 {
        writer.constant(choice < 30 ? 60 : Int64(source.below(5)))
      } else {
        argument(depth)
      }
    }
    if choice & 0x1C != 0 { return writer.op(.call, callee, taking: arguments, leaving: 1) }
    // Seldom a number that is no function, or of one that takes another number of arguments.
    if source.chance(1, in: 16) { value(.int, 1) } else { push(.function(UInt32(callee))) }
    writer.op(.callIndirect, arguments, taking: arguments + 1, leaving: 1)
  }

  private mutating func argument(_ depth: Int) {
    value(source.pick([.int, .int, .float, .float, .number, .number, .number, .any]), depth - 1)
  }

  private mutating func callItself(_ depth: Int) {
    writer.get(0)
    writer.constant(1)
    writer.op(.sub, taking: 2, leaving: 1)
    argument(depth)
    writer.op(.call, number, taking: 2, leaving: 1)
  }

  private mutating func host(_ depth: Int) {
    // The last one calls the machine, at a depth that the reference machine does not know: only where it does not matter.
    let host = source.below(number == 0 ? 3 : 2)
    let arguments = Self.hosts[host].arguments
    for _ in 0..<arguments { value(source.pick([.int, .float, .number, .any]), depth - 1) }
    writer.op(.callHost, host, taking: arguments, leaving: 1)
  }
}
