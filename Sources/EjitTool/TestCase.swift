import EjitText

/// A `; run:` directive.
struct TestCase {
  let source: Source
  let run: Run
  let position: SourcePosition

  init(_ source: Source, _ run: Run, _ position: SourcePosition) {
    self.source = source
    self.run = run
    self.position = position
  }

  /// All of a program.
  static func all(of source: Source) -> [TestCase] {
    source.program.directives.compactMap { directive in
      guard case .run(let run) = directive.kind else { return nil }
      return TestCase(source, run, directive.position)
    }
  }

  var call: Call { Call(function: source.program.functions[run.function], arguments: run.arguments) }

  /// What is wrong, if anything, with how the call ended.
  func complaint(_ ending: Ending) -> String? {
    switch ending {
    case .returned(let result): complaint(result).map(message)
    case .ended(let reason, let instruction): message(reason + source.lineText(of: instruction))
    }
  }

  /// What is wrong if the call could not be made.
  func complaint(_ failure: Failure) -> String { message("was not run: \(failure.message)") }

  private func message(_ text: String) -> String {
    position.rendered(file: source.path, message: "\(call.text) \(text)")
  }

  private func complaint(_ result: Ending.Result) -> String? {
    if let value = run.value, !call.function.gives(value, result) {
      return "= \(call.function.text(of: result)), not \(value.text)"
    }
    guard let output = run.output, output != result.output else { return nil }
    guard output.count > 64, let index = output.indices.first(where: { output[$0] != result.output[$0] }) else {
      return "=> \(Numbers.hex(result.output, separator: " ")), not \(Numbers.hex(output, separator: " "))"
    }
    return "=> \(Numbers.hex([result.output[index]])) at byte \(index), not \(Numbers.hex([output[index]]))"
  }
}

extension Source {
  /// ` (line 7)`, for an instruction of this file.
  fileprivate func lineText(of instruction: Int?) -> String {
    guard let instruction, program.positions.indices.contains(instruction) else { return "" }
    return " (line \(program.positions[instruction].line))"
  }
}

extension Program.Function {
  /// Whether `result` is the `value` that a directive wants.
  fileprivate func gives(_ value: Run.Value, _ result: Ending.Result) -> Bool {
    let single = Float(bitPattern: UInt32(truncatingIfNeeded: result.float))
    switch (value, self.result) {
    case (.integer(let bits), _): return result.integer == bits
    case (.number(let literal), .f32): return single == literal.single
    case (.number(let literal), .f64), (.number(let literal), .integer):
      return Double(bitPattern: result.float) == literal.double
    case (.bits(let literal), .f32):
      return single.bitPattern == literal.single.bitPattern || single.isNaN && literal.single.isNaN
    case (.bits(let literal), .f64), (.bits(let literal), .integer):
      let double = Double(bitPattern: self.result == .f64 ? result.float : result.integer)
      return double.bitPattern == literal.double.bitPattern || double.isNaN && literal.double.isNaN
    }
  }
}

extension Run.Value {
  fileprivate var text: String {
    switch self {
    case .integer(let bits): "\(Int64(bitPattern: bits))"
    case .number(let literal), .bits(let literal): String(decoding: literal.text, as: UTF8.self)
    }
  }
}
