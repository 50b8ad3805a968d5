// What dumps and statistics show of exits.

extension ExitTable: CustomStringConvertible {
  /// A line for each exit, and one for each of its frames.
  var description: String {
    var text = ""
    for index in 0..<count { text += "exit \(index): \(self[index].description)\n" }
    return text
  }
}

extension Exit: CustomStringConvertible {
  var description: String {
    var text = reason.text
    for frame in frames {
      text += "\n  function \(frame.function) word \(frame.word) base \(frame.base):"
      for value in frame.values { text += " [\(value.slot)] = \(value.location.text)" }
    }
    return text
  }
}

extension Exit.Location {
  /// As dumps show it.
  var text: String {
    switch self {
    case .register(let number, let tag): "r\(number) \(tag.text)"
    case .vector(let number): "v\(number) float"
    case .memory(let tag): "memory \(tag.text)"
    case .slot: "slot"
    case .constant(let slot): "constant \(slot.int) \(Tag(rawValue: slot.tag)?.text ?? "?")"
    case .result: "result"
    }
  }
}

extension Exit.Reason {
  /// As dumps and statistics show it.
  var text: String {
    switch self {
    case .resultType: "result type"
    case .elementType: "element type"
    case .slow: "slow"
    case .unreached: "unreached"
    case .depth: "depth"
    case .unwound: "unwound"
    case .forced: "forced"
    case .renewed: "renewed"
    }
  }
}

extension Tag {
  /// As dumps show it.
  var text: String {
    switch self {
    case .int: "int"
    case .float: "float"
    case .bool: "bool"
    case .nil: "nil"
    case .string: "string"
    case .ints: "ints"
    case .floats: "floats"
    case .values: "values"
    case .unwound: "unwound"
    }
  }
}
