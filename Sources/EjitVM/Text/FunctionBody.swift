/// The code of the function that is being assembled; its labels may be used before they are defined.
struct FunctionBody {
  var code: [UInt8] = []
  private(set) var handlers: [Module.Handler] = []
  private var labels: [String: Int] = [:]
  private var distances: [(place: Int, end: Int, label: Token)] = []
  private var ranges: [(from: Token, to: Token, target: Token)] = []

  /// Distances reach over this many bytes and one more instruction.
  static let maximumLength = 1 << 26

  /// `name:`
  mutating func define(_ label: Token) throws(AssemblyError) {
    let name = label.text.dropLast()
    guard Module.isName(name), !label.is("default:") else { throw label.error(.badName) }
    guard labels.updateValue(code.count, forKey: String(decoding: name, as: UTF8.self)) == nil else {
      throw label.error(.duplicateLabel)
    }
  }

  mutating func addTarget(_ label: Token) {
    distances.append((code.count, code.count + 4, label))
    code.append(distance: 0)
  }

  /// `L1 L2 default L3`
  mutating func addTargets(_ operands: inout Operands) throws(AssemblyError) {
    var targets: [Token] = []
    while true {
      let label = try operands.name()
      if label.is("default") { break }
      targets.append(label)
    }
    code.append(number: targets.count)
    targets.append(try operands.name())
    let end = code.count + 4 * targets.count
    guard end <= FunctionBody.maximumLength else { throw targets[0].error(.tooLong) }
    for label in targets {
      distances.append((code.count, end, label))
      code.append(distance: 0)
    }
  }

  /// `handler FROM TO AT`
  mutating func addHandler(_ operands: inout Operands) throws(AssemblyError) {
    let from = try operands.name()
    let to = try operands.name()
    ranges.append((from, to, try operands.name()))
  }

  /// Fills in what the labels stand for.
  mutating func resolve() throws(AssemblyError) {
    for (place, end, label) in distances {
      code.replaceSubrange(place..<place + 4, with: [UInt8](distance: try offset(of: label) - end))
    }
    for (from, to, target) in ranges {
      let range = (try offset(of: from), try offset(of: to))
      handlers.append(Module.Handler(from: range.0, to: range.1, target: try offset(of: target)))
    }
  }

  private func offset(of label: Token) throws(AssemblyError) -> Int {
    guard let offset = labels[label.string] else { throw label.error(.unknownLabel) }
    return offset
  }
}
