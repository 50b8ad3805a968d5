import EjitVM
import VMPrograms

/// What the comments of the bundled programs say, in every tier, with exits that are forced and with a collection before each
/// allocation.
enum ProgramChecks {
  static func run(_ tally: inout Tally) {
    for program in BundledProgram.all {
      guard let module = try? Module(text: program.text) else {
        tally.expect(false, "a program that can be read:", program.name)
        continue
      }
      for options in configurations {
        guard let vm = try? VM(module, options: options) else {
          tally.expect(false, "a machine for", program.name)
          continue
        }
        let checks = program.checks.filter { $0.purpose == .test }
        var areRight: [Bool] = []
        vm.onThread { vm in
          for check in checks { for _ in 0..<2 { areRight.append(holds(check, vm)) } }
        }
        for isRight in areRight { tally.expect(isRight, "a check of", program.name) }
        tally.expect(areRight.count == 2 * checks.count, "all checks of", program.name)
        let isRefused = options.codeMemory == .none || options.codeBudget == 1 << 40
        let isCompiled = vm.statistics.functions.contains { $0.compilations > 0 }
        tally.expect(isCompiled != (isRefused || options.tier == .interpreter), "what is compiled of", program.name)
      }
    }
  }

  private static var configurations: [Options] {
    var all = [Options](repeating: Options(), count: 8)
    all[0].tier = .interpreter
    all[1].tier = .jit
    all[2].tier = .jit
    all[2].deoptEvery = 7
    all[3].threshold = 2
    all[3].gcEvery = 1
    all[4].codeMemory = .none
    for index in all.indices { all[index].depthLimit = 20_000 }
    // More than the system gives.
    (all[5].tier, all[5].codeBudget) = (.jit, 1 << 40)
    (all[6].tier, all[6].gcEvery) = (.interpreter, 1)
    (all[7].tier, all[7].gcEvery) = (.jit, 1)
    return all
  }

  private static func holds(_ check: ProgramCheck, _ vm: VM) -> Bool {
    let arguments = check.arguments.compactMap { Value($0) }
    do throws(Trap) {
      let result = try vm.call(check.function, arguments)
      if case .value(let literal) = check.outcome { return Value(literal) == result }
      return false
    } catch {
      if case .trap(let name) = check.outcome { return "\(error.kind.name)" == name }
      return false
    }
  }
}
