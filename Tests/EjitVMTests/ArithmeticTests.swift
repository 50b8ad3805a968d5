import EjitVM
import Testing
import VMReference

/// Expressions on each tier against the reference machine: with their operands in the code, and as arguments.
@Suite struct ArithmeticTests {
  @Test func thereAreEnough() { #expect(Set(ArithmeticExpressions.all).count >= 200) }

  @Test func eachTierDoesTheSame() throws {
    for expression in ArithmeticExpressions.all {
      let words = expression.split(separator: " ")
      let operands = words.filter { (try? Literal(text: Array($0.utf8)[...])) != nil }
      let literals = try operands.map { try Literal(text: Array($0.utf8)[...]) }
      var (constants, arguments, next) = ("", "", 0)
      for word in words {
        let isOperand = (try? Literal(text: Array(word.utf8)[...])) != nil
        constants += isOperand ? "const \(word)\n" : "\(word)\n"
        arguments += isOperand ? "local.get \(next)\n" : "\(word)\n"
        if isOperand { next += 1 }
      }
      let text = """
        .fn constants args=0 locals=0
        \(constants)return
        .fn arguments args=\(operands.count) locals=0
        \(arguments)return
        """
      let module = try Module(text: Array(text.utf8)).verify()
      for (function, values) in [(0, []), (1, literals)] {
        var reference = ReferenceMachine(module)
        let expected = reference.call(function, values.map { ReferenceValue($0) })
        for options in Self.options {
          let machine = try VM(module.module, options: options)
          for _ in 0..<2 { check(machine, function, values, expected, expression) }
        }
      }
    }
  }

  private static var options: [Options] {
    [(Options.Tier.interpreter, 0), (.jit, 0), (.jit, 1), (.jit, 2)].map { tier, every in
      var options = Options()
      (options.tier, options.deoptEvery, options.depthLimit, options.codeBudget) = (tier, every, 10, 1 << 19)
      return options
    }
  }

  private func check(
    _ machine: VM, _ function: Int, _ values: [Literal], _ expected: ReferenceMachine.Outcome, _ expression: String
  ) {
    do throws(Trap) {
      let found = try machine.call(function, values.compactMap { Value($0) })
      guard case .value(let wanted) = expected else {
        Issue.record("\(expression): \(found) instead of a trap")
        return
      }
      #expect(ReferenceValue(found).isSame(as: wanted), "\(expression)")
    } catch {
      guard case .trap(let wanted) = expected else {
        Issue.record("\(expression): \(error)")
        return
      }
      #expect(error == wanted, "\(expression)")
    }
  }
}

extension ReferenceValue {
  /// Of a value that is no array.
  init(_ value: Value) {
    switch value {
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let bytes): self = .string(bytes)
    case .bool(let value): self = .bool(value)
    case .nil, .array: self = .nil
    }
  }
}
