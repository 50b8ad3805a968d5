import CEjitShims
import EjitVM
import VMPrograms

/// One of the programs in bytecode, at the size that is measured.
struct VMProgram {
  let name: String
  let expected: String
  let module: Module
  private let check: ProgramCheck

  init(_ name: String, isSmall: Bool) {
    self.name = name
    guard let program = BundledProgram(named: name),
      let check = program.checks.first(where: { $0.purpose == (isSmall ? .table : .bench) }),
      case .value(.integer(let value)) = check.outcome
    else { fail("there is no program \(name)") }
    (self.check, expected) = (check, "\(value)")
    do throws(AssemblyError) { module = try Module(text: program.text) } catch {
      fail("\(name), line \(error.line): no program")
    }
  }

  /// A machine that nothing has run on.
  func machine(_ tier: Options.Tier) -> VM {
    var options = Options()
    options.tier = tier
    do throws(VMError) { return try VM(module, options: options) } catch { fail("\(name): no machine: \(error)") }
  }

  /// The result of a run, and what the machine's thread took for it, compilation included.
  /// Without `counts` interpreted without counters.
  func run(on machine: VM, counts: Bool = true) -> (result: String, nanoseconds: Double) {
    var sample = (result: "nothing", nanoseconds: Double.nan)
    machine.onThread { machine in
      let start = ejit_thread_cpu_nanoseconds()
      let result = value(machine, counts: counts)
      sample = (result, Double(ejit_thread_cpu_nanoseconds() - start))
    }
    return sample
  }

  private func value(_ machine: VM, counts: Bool) -> String {
    guard let number = machine.number(of: check.function) else { return "no function" }
    do throws(Trap) {
      return (counts ? try machine.call(number, arguments) : try machine.callUncounted(number, arguments)).description
    } catch {
      return error.kind.name
    }
  }

  private var arguments: [Value] {
    check.arguments.map { literal in
      switch literal {
      case .integer(let value): .int(value)
      case .float(let bits): .float(Double(bitPattern: bits))
      case .bool(let value): .bool(value)
      case .string(let bytes): .string(bytes)
      case .nil, .function: .nil
      }
    }
  }
}
