import EjitVM
import Testing

/// Bytecode is replaced while it runs.
@Suite struct ReplacementTests {
  /// Calls itself; the innermost call replaces the function, and frames that run go on with what they were.
  static let text = """
    .host change args=0
    .fn f args=1 locals=0
    local.get 0
    const 0
    eq
    jump.if innermost
    local.get 0
    const 1
    sub
    call f
    const 1
    add
    return
    innermost:
    call.host change
    return

    .fn loop args=1 locals=1
    const 0
    local.set 1
    again:
    local.get 1
    call step
    local.set 1
    local.get 0
    const 1
    sub
    local.set 0
    local.get 0
    const 0
    gt
    jump.if again
    local.get 1
    return

    .fn step args=1 locals=0
    local.get 0
    return
    """

  static let configurations: [Options] = {
    var all = [Options](repeating: Options(), count: 5)
    all[0].tier = .interpreter
    all[1].tier = .jit
    all[2].threshold = 2
    (all[3].tier, all[3].deoptEvery) = (.jit, 2)
    (all[4].tier, all[4].gcEvery) = (.jit, 1)
    return all
  }()

  func function(_ body: String, of module: Module, _ number: Int) throws -> Module.Function {
    let names = [
      ".host change args=0", ".fn f args=1 locals=0", ".fn loop args=1 locals=1", ".fn step args=1 locals=0",
    ]
    let text =
      names[0] + "\n" + (0..<3).map { names[$0 + 1] + "\n" + ($0 == number ? body : "nil\nreturn") + "\n" }.joined()
    return try Module(text: Array(text.utf8)).functions[number]
  }

  @Test(arguments: configurations.indices) func activeFramesGoOnWithTheOldCode(_ index: Int) throws {
    let module = try Module(text: Array(ReplacementTests.text.utf8))
    let new = try function("local.get 0\nconst 100\nmul\nreturn", of: module, 0)
    let change = HostBinding.closure { vm, _ throws(HostError) in
      do throws(VMError) { try vm.replace(0, with: new) } catch { throw .failed }
      // What is called from here on is new already.
      do throws(Trap) { return try vm.call("f", [.int(7)]) } catch { throw .trap(error) }
    }
    for _ in 0..<20 {
      let vm = try VM(module, hosts: ["change": change], options: ReplacementTests.configurations[index])
      #expect(try vm.call("f", [.int(50)]) == .int(750))
      #expect(try vm.call("f", [.int(50)]) == .int(5000))
      try vm.replace(0, with: module.functions[0])
      #expect(try vm.call("f", [.int(3)]) == .int(703))
    }
  }

  /// A trap in a frame of replaced code names the place in the bytecode that it runs.
  @Test(arguments: configurations.indices) func trapsOfOldCodeNameItsPlaces(_ index: Int) throws {
    let module = try Module(text: Array(ReplacementTests.text.utf8))
    let new = try function("const 1\nreturn", of: module, 0)
    let change = HostBinding.closure { vm, _ throws(HostError) in
      do throws(VMError) { try vm.replace(0, with: new) } catch { throw .failed }
      return .string("no number")
    }
    let vm = try VM(module, hosts: ["change": change], options: ReplacementTests.configurations[index])
    let trap = #expect(throws: Trap.self) { try vm.call("f", [.int(2)]) }
    // One frame adds, the other one is in its call.
    #expect(trap?.kind == .typeError)
    #expect(trap?.backtrace.map { $0.function } == [0, 0])
    #expect(Set(trap?.backtrace.map { $0.offset } ?? []).count == 2)
    #expect(try vm.call("f", [.int(2)]) == .int(1))
  }

  /// Where code was left is told by the offsets of the bytecode that it was made of.
  @Test func exitsKeepTheOffsetsOfReplacedCode() throws {
    let module = try Module(text: Array(ReplacementTests.text.utf8))
    let vm = try VM(
      module, hosts: ["change": .closure { _, _ throws(HostError) in .nil }],
      options: ReplacementTests.configurations[1])
    try vm.replace(2, with: function("local.get 0\nlocal.get 0\nconst 0\ndiv\nadd\nreturn", of: module, 2))
    #expect(throws: Trap.self) { try vm.call("step", [.int(3)]) }
    let exits = vm.statistics.functions[2].exits
    #expect(exits.map { $0.offset } == [6])
    try vm.replace(2, with: function("nil\nnil\nnil\nnil\nnil\ndrop\ndrop\ndrop\ndrop\nreturn", of: module, 2))
    #expect(try vm.call("step", [.int(3)]) == .nil)
    #expect(vm.statistics.functions[2].exits.map { $0.offset } == [6])
  }

  /// A small callee is a part of its caller's code, which is given up with it.
  @Test(arguments: configurations.indices) func callersOfReplacedCodeCallTheNewOne(_ index: Int) throws {
    let module = try Module(text: Array(ReplacementTests.text.utf8))
    let change = HostBinding.closure { _, _ throws(HostError) in .nil }
    let vm = try VM(module, hosts: ["change": change], options: ReplacementTests.configurations[index])
    for step in 1...40 {
      try vm.replace(2, with: function("local.get 0\nconst \(step)\nadd\nreturn", of: module, 2))
      #expect(try vm.call("loop", [.int(20)]) == .int(Int64(20 * step)))
      #expect(try vm.call("loop", [.int(30)]) == .int(Int64(30 * step)))
    }
  }
}
