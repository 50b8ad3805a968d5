import EjitVM
import VMReference

/// A verified module with calls: what the reference machine makes of them, and what the machine does.
struct Comparison {
  let module: VerifiedModule
  let calls: Calls

  /// Instructions that all calls of an input may take together.
  static let fuel = 20_000

  /// What the reference machine says; nil: it takes too long, or too much memory.
  func expected(steps: inout Int) -> [Outcome]? {
    var machine = ReferenceMachine(module)
    (machine.depthLimit, machine.fuel, machine.elementLimit) = (Configuration.depthLimit, Self.fuel, 1000)
    machine.hosts = Hosts.reference(module, limits: machine)
    var previous = ReferenceValue.nil
    var outcomes: [Outcome] = []
    for arguments in calls.all {
      switch machine.call(0, arguments.map { $0.reference(previous) }) {
      case .value(let value):
        outcomes.append(Outcome(value))
        previous = value
      case .trap(let trap):
        if trap.kind == .outOfMemory { return nil }
        outcomes.append(.trap(trap))
      case .outOfFuel: return nil
      }
    }
    steps += Self.fuel - machine.fuel
    return outcomes
  }

  /// What a machine with this configuration does.
  func outcomes(_ configuration: Configuration) throws(VMError) -> [Outcome] {
    outcomes(try VM(module.module, hosts: Hosts.machine, options: configuration.options))
  }

  /// What this machine does.
  func outcomes(_ machine: VM) -> [Outcome] {
    var outcomes: [Outcome] = []
    let hasRun = machine.onThread { machine in
      var previous = Value.nil
      for arguments in calls.all {
        let outcome = Self.call(machine, arguments.map { $0.machine(previous) })
        if case .success(let value) = outcome { previous = value }
        outcomes.append(Outcome(outcome))
      }
    }
    precondition(hasRun, "the system gives no thread")
    return outcomes
  }

  private static func call(_ machine: VM, _ arguments: [Value]) -> Result<Value, Trap> {
    do throws(Trap) { return .success(try machine.call(0, arguments)) } catch { return .failure(error) }
  }

  /// What differs first; nil: nothing.
  func difference(_ configuration: Configuration, _ expected: [Outcome]) -> Difference? {
    let found: [Outcome]
    do throws(VMError) { found = try outcomes(configuration) } catch { fatalError("no machine: \(error)") }
    guard let call = expected.indices.first(where: { expected[$0] != found[$0] }) else { return nil }
    return Difference(
      comparison: self, configuration: configuration, call: call, expected: expected[call], found: found[call])
  }
}

extension Comparison {
  /// The module and the calls.
  var text: String {
    let calls = calls.all.map { "main(\($0.map(\.text).joined(separator: ", ")))\n" }
    return "\(module.text)\n\(calls.joined())"
  }
}

/// A call that the machine executes otherwise than the reference machine.
struct Difference {
  let comparison: Comparison
  let configuration: Configuration
  let call: Int
  let expected: Outcome
  let found: Outcome

  /// All that is needed to repeat it.
  var text: String {
    """
    \(comparison.text)\(configuration.name)
    call \(call):
    expected \(expected)
    found    \(found)

    """
  }
}

extension Argument {
  var text: String {
    switch self {
    case .value(let value): value.description
    case .previous: "the previous result"
    }
  }

  func machine(_ previous: Value) -> Value {
    switch self {
    case .value(let value): value
    case .previous: previous
    }
  }

  func reference(_ previous: ReferenceValue) -> ReferenceValue {
    switch self {
    case .value(.int(let value)): .int(value)
    case .value(.float(let value)): .float(value)
    case .value(.bool(let value)): .bool(value)
    case .value(.string(let bytes)): .string(bytes)
    case .value: .nil
    case .previous: previous
    }
  }
}
