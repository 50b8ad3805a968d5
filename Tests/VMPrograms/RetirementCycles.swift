import EjitVM

/// A function is compiled, left by a guard that fails, and replaced while frames of it are active, as often as one likes:
/// memory stays as it is.
package final class RetirementCycles {
  package let vm: VM
  /// Cycles that did not end as they must.
  package private(set) var failures = 0

  /// What the host function does next: the first call of a cycle is interpreted and sees an int.
  private final class Phase {
    var isCompiled = false
    var replacements = 0
  }
  private let phase: Phase

  /// Four frames, and the innermost one calls the host in the middle of an expression.
  private static let text = """
    .host next args=0
    .fn nested args=2 locals=0
    local.get 0
    const 0
    eq
    jump.if innermost
    local.get 0
    const 1
    sub
    local.get 1
    call nested
    local.get 1
    add
    return
    innermost:
    local.get 1
    const 10
    mul
    call.host next
    add
    return
    """

  /// nil: there is no machine.
  package init?() {
    let phase = Phase()
    let next = HostBinding.closure { vm, _ throws(HostError) in
      guard phase.isCompiled else { return .int(1) }
      do throws(VMError) { try vm.replace(0, with: vm.module.functions[0]) } catch { throw .failed }
      phase.replacements += 1
      return .float(0.5)
    }
    var options = Options()
    // The frames of one call.
    options.threshold = 4
    guard let module = try? Module(text: RetirementCycles.text),
      let vm = try? VM(module, hosts: ["next": next], options: options)
    else { return nil }
    (self.vm, self.phase) = (vm, phase)
  }

  /// Makes so many cycles more.
  package func run(_ count: Int) {
    vm.onThread { [unowned(unsafe) self] vm in
      for cycle in 0..<count {
        let x = Int64(cycle)
        phase.isCompiled = false
        let interpreted = call(vm, x)
        phase.isCompiled = true
        let compiled = call(vm, x)
        if interpreted != .int(13 * x + 1) || compiled != .float(Double(13 * x) + 0.5) { failures += 1 }
      }
    }
  }

  private func call(_ vm: VM, _ x: Int64) -> Value? {
    do throws(Trap) { return try vm.call(0, [.int(3), .int(x)]) } catch { return nil }
  }

  /// Whether each cycle compiled the function once, replaced it once, and left its code by the guard once.
  package func isComplete(_ cycles: Int) -> Bool {
    let function = vm.statistics.functions[0]
    let exits = function.exits.filter { $0.reason == "result type" }.reduce(0) { $0 + $1.count }
    return failures == 0 && function.compilations == cycles && phase.replacements == cycles && exits == cycles
  }
}
