import EjitVM
import FuzzInput

extension Module {
  /// A module with one function of arbitrary code, mostly with operands that may be accepted.
  init(from source: inout FuzzBytes) {
    self.init()
    let counts = source.byte()
    var function = Function(name: "f", arguments: Int(counts & 3), locals: Int(counts >> 2 & 3))
    constants = [.float(0x3FF8_0000_0000_0000), .string([0x78]), .function(0)]
    hosts = [Host(name: "h", arguments: 1)]
    // Where instructions begin: what jumps go to.
    var starts: [Int] = []
    while !source.isAtEnd, function.code.count < 2000 {
      starts.append(function.code.count)
      function.code.appendInstruction(from: &source, starts)
    }
    for _ in 0..<Int(counts >> 6) {
      let (from, to, target) = (Int(source.byte()), Int(source.byte()), Int(source.byte()))
      func start(_ choice: Int) -> Int { starts.isEmpty ? choice : starts[choice % starts.count] }
      function.handlers.append(Handler(from: start(from), to: start(to), target: start(target)))
    }
    functions = [function]
  }
}

extension [UInt8] {
  fileprivate mutating func appendInstruction(from source: inout FuzzBytes, _ starts: [Int]) {
    let byte = source.byte()
    let opcode = Opcode(rawValue: byte % UInt8(Opcode.allCases.count)) ?? .nil
    append(opcode.rawValue)
    switch opcode {
    case .constInt, .localGet, .localSet, .localTee, .const, .callIndirect, .arrayNew:
      append(source.byte() & (byte < 0xF0 ? 3 : 0x7F))
    case .call, .callHost: append(0)
    case .jump, .jumpIf, .jumpUnless: appendDistance(from: &source, to: starts, end: count + 4)
    case .switch:
      let targets = source.byte() & 3
      append(targets)
      let end = count + 4 * (Int(targets) + 1)
      for _ in 0...targets { appendDistance(from: &source, to: starts, end: end) }
    default: break
    }
  }

  /// Backwards to an instruction, or forwards by any small distance.
  private mutating func appendDistance(from source: inout FuzzBytes, to starts: [Int], end: Int) {
    let choice = Int(source.byte())
    let distance = choice < 128 ? choice & 31 : starts[choice % starts.count] - end
    for index in 0..<4 { append(UInt8(truncatingIfNeeded: distance >> (7 * index)) & 0x7F | (index < 3 ? 0x80 : 0)) }
  }

  /// Replaces some bytes by others.
  mutating func damage(from source: inout FuzzBytes) {
    let place = (Int(source.byte()) << 8 | Int(source.byte())) % (count + 1)
    let removed = Int(source.byte() & 7)
    let added = (0..<Int(source.byte() & 7)).map { _ in source.byte() }
    replaceSubrange(place..<Swift.min(count, place + removed), with: added)
  }
}
