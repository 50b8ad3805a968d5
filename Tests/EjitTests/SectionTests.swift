import Ejit
import EjitInterpreter
import TestSupport
import Testing

/// Rows G14 and G15: cold code and the guards that lead there.
@Suite struct SectionTests {
  private let result = Register.result(0)
  private let a = Register.argument(0)
  private let b = Register.argument(1)

  @Test(arguments: TestMachine.all) func coldCodeLiesBehindAllHotCode(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    // Each block adds its digit and jumps to the next, which lies in the other section.
    for count: UInt32 in [2, 3, 10, 500] {
      var program: [Instruction] = [.movi(result, 0), .j(0)]
      for block in 0..<count {
        program += [.section(block % 2 == 0 ? .hot : .cold), .label(Label(block))]
        program += [.muli(result, result, 3), .addi(result, result, Immediate(Int(block)))]
        program += block + 1 < count ? [.branch(.eq, a, a, Label(block + 1)), .trap(block)] : [.ret]
      }
      var calls = Calls(machine)
      let labels = (0..<count).map { Label($0) }
      let place = try calls.add(program, labels: labels)
      let hot = labels.filter { $0.number % 2 == 0 }.map { place.address(of: $0) }
      let cold = labels.filter { $0.number % 2 == 1 }.map { place.address(of: $0) }
      #expect(hot.max()! < cold.min()!)
      #expect(hot == hot.sorted() && cold == cold.sorted())
      calls.call(place.address)
      #expect(try calls.run() == [(0..<UInt64(count)).reduce(0) { $0 &* 3 &+ $1 }])
    }
  }

  /// Branches from one section into the other, over more than a conditional branch of AArch64 reaches.
  @Test(arguments: TestMachine.all) func sectionsReachEachOther(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    // Twice 16,360 and a little more is just beyond reach for some of these, twice 17,000 for all that test a bit.
    let gaps: [UInt32] = [0, 16_320, 16_340, 16_360, 16_380, 17_000, 18_000, 40_000, 2 << 20]
    for gap in gaps {
      let place = try calls.add([
        .branchi(.eq, a, 1, 1), .branchBit(.ne, a, 5, 2), .movi(result, 3), .ret, .label(4), .movi(result, 4), .ret,
        .zeros(gap), .section(.cold), .zeros(gap), .label(1), .branchi(.eq, b, 1, 4), .movi(result, 1), .ret, .label(2),
        .branchBit(.ne, b, 5, 4), .movi(result, 2), .ret,
      ])
      for arguments: [UInt64] in [[1, 0], [1, 1], [32, 0], [32, 32], [0, 0]] { calls.call(place.address, arguments) }
    }
    let once: [UInt64?] = [1, 4, 2, 4, 3]
    #expect(try calls.run() == gaps.flatMap { _ in once })
  }

  /// Each piece of cold code goes on with the next one, across the stubs of guards that come between.
  @Test(arguments: TestMachine.all) func coldCodeGoesOnAcrossStubs(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let program: [Instruction] = [
      .guardi(.ne, a, 11, 101, 9), .j(1), .section(.cold), .label(1), .movi(result, 1),
      .section(.hot), .label(2), .guardi(.ne, a, 12, 102, 9), .ret, .section(.cold), .addi(result, result, 2),
      .section(.hot), .label(3), .guardi(.ne, a, 13, 103, 9), .ret, .section(.cold), .addi(result, result, 4), .ret,
      .label(9), .mov(result, .temporary(0)), .ret,
    ]
    let place = try calls.add(program, labels: [2, 3])
    for argument: UInt64 in [0, 11] { calls.call(place.address, [argument]) }
    calls.call(place.address(of: 2), [12])
    calls.call(place.address(of: 3), [13])
    #expect(try calls.run() == [7, 101, 102, 103])
  }

  @Test(arguments: TestMachine.all) func guardsGoOnOrToTheirHandlers(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var rows: [(name: String, expected: UInt64)] = []
    let values: [UInt64] = [0, 1, 5, ~0, 1 << 63, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0005]
    let id = UInt64(0xFEDC_BA98)
    for (condition, width) in Condition.allCases.prefix(10).flatMap({ c in Width.allCases.map { (c, $0) } }) {
      // 7 if it goes on, with what was in the temporary; the handler, before or behind, returns the id.
      let tail: [Instruction] = [.xori(result, .temporary(0), 0x77), .ret]
      let handler: [Instruction] = [.label(9), .mov(result, .temporary(0)), .ret]
      let head: [Instruction] = [.label(1), .movi(.temporary(0), 0x70)]
      let op = Instruction.guard(width: width, condition, a, b, SiteID(UInt32(id)), 9)
      let forth = try calls.add(head + [op] + tail + handler, labels: [1])
      let back = try calls.add(handler + head + [op] + tail, labels: [1])
      for (x, y) in values.flatMap({ x in values.map { (x, $0) } }) {
        let expected = Semantics.holds(width, condition, x, y) ? 7 : id
        for place in [forth, back] {
          calls.call(place.address(of: 1), [x, y])
          rows.append(("guard \(condition) \(width) \(hex(x)), \(hex(y))", expected))
        }
      }
      for constant: Int32 in [0, 5, -1, .max, .min, 4096] {
        let op = Instruction.guardi(condition, a, Displacement(constant), SiteID(UInt32(id)), 9, width: width)
        let place = try calls.add(head + [op] + tail + handler, labels: [1])
        for x in values {
          let holds = Semantics.holds(width, condition, x, UInt64(bitPattern: Int64(constant)))
          calls.call(place.address(of: 1), [x])
          rows.append(("guardi \(condition) \(width) \(hex(x)), \(constant)", holds ? 7 : id))
        }
      }
    }
    for (row, result) in zip(rows, try calls.run()) where result != row.expected {
      Issue.record("\(machine): \(row.name): \(result.map(hex) ?? "a fault"), not \(hex(row.expected))")
    }
  }

  /// The way out is no part of the hot code, however many guards there are, and leaves the registers as they are.
  @Test(arguments: TestMachine.all) func guardsOfAFunctionShareAHandler(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var program: [Instruction] = [.enter(16, saving: [.saved(0)]), .movi(.saved(0), 1000)]
    for number: UInt32 in 0..<100 {
      program += [.guardi(.ne, a, Displacement(Int32(number)), SiteID(number), 9), .addi(.saved(0), .saved(0), 1)]
    }
    program += [.mov(result, .saved(0)), .leave, .ret, .section(.cold), .label(9)]
    program += [.shli(result, .temporary(0), 32), .add(result, result, .saved(0)), .leave, .ret]
    let place = try calls.add(program)
    for argument: UInt64 in [0, 1, 50, 99, 100] { calls.call(place.address, [argument]) }
    let expected: [UInt64?] = [1000, 1 << 32 + 1001, 50 << 32 + 1050, 99 << 32 + 1099, 1100]
    #expect(try calls.run() == expected)
  }
}
