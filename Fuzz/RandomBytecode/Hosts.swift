import EjitVM
import VMReference

/// The host functions of generated modules, for the machine and for the reference machine.
enum Hosts {
  static var machine: [String: HostBinding] {
    [
      "twist": .closure { (_, values) throws(HostError) -> Value in
        switch values[0] {
        case .int(let value):
          if value % 7 == 3 { throw .thrown(.int(value)) }
          return .int(value &+ 1)
        case .float(let value): return .float(-value)
        case .string: throw .thrown(values[0])
        case .bool: throw .failed
        case .nil, .array: return values[0]
        }
      },
      "middle": .closure { (_, values) throws(HostError) -> Value in values[1] },
      // Calls a function of the machine; nil where that traps.
      "back": .closure { (machine, values) throws(HostError) -> Value in
        do throws(Trap) { return try machine.call(ModuleGenerator.firstLeaf, values) } catch { return .nil }
      },
    ]
  }

  static func reference(_ module: VerifiedModule, limits: ReferenceMachine) -> [String: ([ReferenceValue]) ->
    ReferenceMachine.HostOutcome]
  {
    [
      "twist": { values in
        switch values[0] {
        case .int(let value): value % 7 == 3 ? .thrown(.int(value)) : .value(.int(value &+ 1))
        case .float(let value): .value(.float(-value))
        case .string: .thrown(values[0])
        case .bool: .failure
        case .nil, .array: .value(values[0])
        }
      },
      "middle": { .value($0[1]) },
      "back": { values in
        var machine = limits
        machine.hosts = reference(module, limits: limits)
        switch machine.call(ModuleGenerator.firstLeaf, values) {
        case .value(let value): return .value(value)
        case .trap, .outOfFuel: return .value(.nil)
        }
      },
    ]
  }
}
