import Testing

@testable import EjitVM

/// Code that takes any type somewhere is made again now and then; what is known of other places and the number of
/// times that failing guards may have it made again do not suffer from that.
@Suite struct RenewalTests {
  private func statistics(_ vm: VM, _ name: String) throws -> Statistics.Function {
    try #require(vm.statistics.functions.first { $0.name == name })
  }

  private func renewals(_ function: Statistics.Function) -> Int {
    function.exits.filter { $0.reason == "renewed" }.reduce(0) { $0 + $1.count }
  }

  /// Four calls whose results are integers and floats in turn.
  @Test func doNotUseUpRecompilations() throws {
    let call = """
        local.get 0
        const 2
        rem
        call.indirect 0
        local.get 1
        add
        local.set 1
      """
    let module = try Module(
      text: """
        .fn a args=0 locals=0
          const 1
          return
        .fn b args=0 locals=0
          const 1.5
          return
        .fn f args=1 locals=1
          const 0
          local.set 1
        \(call)
        \(call)
        \(call)
        \(call)
          local.get 1
          return
        .fn main args=1 locals=1
          const 0
          local.set 1
          jump test
        loop:
          local.get 1
          call f
          drop
          local.get 1
          const 1
          add
          local.set 1
        test:
          local.get 1
          local.get 0
          lt
          jump.if loop
          local.get 0
          call f
          return
        """)
    let vm = try VM(module)
    #expect(try vm.call("main", [.int(100_000)]) == .int(4))
    #expect(try vm.call("main", [.int(1)]) == .float(6))
    let f = try statistics(vm, "f")
    #expect(renewals(f) >= 4)
    #expect(f.leftToInterpreter == nil)
  }

  /// `f` meets integers and floats in one array; the array of `g`, which is part of `f`, has integers only. Before, `g`
  /// is compiled for itself, so that the interpreter does not see its words again.
  @Test func keepWhatIsCertain() throws {
    let module = try Module(
      text: """
        .fn g args=2 locals=0
          local.get 0
          local.get 1
          array.get
          return
        .fn f args=3 locals=0
          local.get 1
          local.get 2
          const 2
          rem
          array.get
          drop
          local.get 0
          local.get 2
          const 2
          rem
          call g
          return
        .fn main args=1 locals=3
          const 2
          array.new any
          local.set 1
          local.get 1
          const 0
          const 1
          array.set
          local.get 1
          const 1
          const 2
          array.set
          const 2
          array.new any
          local.set 2
          local.get 2
          const 0
          const 1
          array.set
          local.get 2
          const 1
          const 1.5
          array.set
          const 0
          local.set 3
        first:
          local.get 1
          const 1
          call g
          drop
          local.get 3
          const 1
          add
          local.tee 3
          const 3000
          lt
          jump.if first
          const 0
          local.set 3
        second:
          local.get 1
          local.get 2
          local.get 3
          call f
          drop
          local.get 3
          const 1
          add
          local.tee 3
          local.get 0
          lt
          jump.if second
          local.get 1
          local.get 2
          local.get 0
          call f
          return
        """)
    let vm = try VM(module)
    #expect(try vm.call("main", [.int(20_001)]) == .int(2))
    #expect(renewals(try statistics(vm, "f")) >= 2)
    let g = try #require(vm.number(of: "g"))
    let places = vm.compiler?.profiledPlaces(g).filter { $0.function == g } ?? []
    #expect(places.count == 1)
    for place in places { #expect(vm.tiers.profile.tags(g, place.word) == 1 << UInt16(Tag.int.rawValue)) }
  }
}
