import Ejit
import TestSupport
import Testing

/// Row G5: the entry that the whole index names, or the other place; the index stays what it is.
@Suite struct JumpTableTests {
  private let result = Register.result(0)
  private let outside: Label = 0x8000_0000

  /// A function of one argument, the index: index << 16 + 1 + the number of the case; + 0 outside of the table.
  private func function(_ count: Int, width: Width, in index: Register) -> [Instruction] {
    func end(_ label: Label, _ number: Int) -> [Instruction] {
      [.label(label), .shli(result, index, 16), .addi(result, result, Immediate(number)), .ret]
    }
    let half = count / 2
    var program: [Instruction] = [.mov(index, .argument(0)), .j(0x8000_0001)]
    // Cases lie before and behind the table.
    for number in 0..<half { program += end(Label(UInt32(number)), number + 1) }
    program.append(.label(0x8000_0001))
    program += (0..<count).map { .tableEntry(Label(UInt32($0))) }
    program.append(.jumpTable(width: width, index, outside))
    program += end(outside, 0)
    for number in half..<count { program += end(Label(UInt32(number)), number + 1) }
    return program
  }

  private func expected(_ count: Int, _ width: Width, _ index: UInt64) -> UInt64 {
    let number = width == .w32 ? index & 0xFFFF_FFFF : index
    return index << 16 &+ (number < UInt64(count) ? number + 1 : 0)
  }

  @Test(arguments: TestMachine.all) func tablesTakeTheWholeIndex(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var rows: [(name: String, expected: UInt64)] = []
    let registers = machine.registers.filter { !machine.target.abi.isPreserved($0) && $0 != 30 }
    for (count, width) in [1, 2, 3, 8].flatMap({ count in Width.allCases.map { (count, $0) } }) {
      for number in registers {
        let place = try calls.add(function(count, width: width, in: Register(number)))
        let size = UInt64(count)
        let near: [UInt64] = [0, size / 2, size - 1, size, size + 1, size * 4, ~0, 0 &- size]
        let far: [UInt64] = [
          1 << 31, 0xFFFF_FFFF, 1 << 32, 1 << 32 + 1, 1 << 32 + size, 1 << 62, 1 << 63, 1 << 61 + 1, 0x7FFF_FFFF,
        ]
        for index in near + far {
          calls.call(place.address, [index])
          rows.append(("\(count) entries, \(width), r\(number), \(hex(index))", expected(count, width, index)))
        }
      }
    }
    for (row, result) in zip(rows, try calls.run()) where result != row.expected {
      Issue.record("\(machine): \(row.name): \(result.map(hex) ?? "a fault"), not \(hex(row.expected))")
    }
  }

  @Test(arguments: TestMachine.all) func threeHundredCasesAreReached(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    for width in Width.allCases {
      var calls = Calls(machine)
      let place = try calls.add(function(300, width: width, in: .argument(0)))
      for index in 0..<310 { calls.call(place.address, [UInt64(index)]) }
      let results = try calls.run()
      #expect(results == (0..<310).map { expected(300, width, $0) })
    }
  }

  /// Two tables that share cases, one of them in cold code, in a frame.
  @Test(arguments: TestMachine.all) func tablesMayStandAnywhere(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let place = try calls.add([
      .enter(16, saving: [.saved(0)]), .mov(.saved(0), .argument(0)), .branchi(.uge, .saved(0), 10, 7),
      .tableEntry(1), .tableEntry(2), .tableEntry(1), .jumpTable(.saved(0), 3),
      .label(1), .movi(result, 11), .leave, .ret, .label(2), .movi(result, 22), .leave, .ret,
      .section(.cold), .label(3), .movi(result, 33), .leave, .ret,
      .label(7), .subi(.saved(0), .saved(0), 10), .tableEntry(3), .tableEntry(2), .jumpTable(.saved(0), 1),
    ])
    for index: UInt64 in [0, 1, 2, 3, 9, 10, 11, 12, ~0] { calls.call(place.address, [index]) }
    #expect(try calls.run() == [11, 22, 11, 33, 33, 33, 22, 11, 11])
  }

  /// However many cases there are, the dispatch is the same code (x86-64: the count in one byte or in four).
  @Test(arguments: [Target.x86_64, .aarch64]) func dispatchTakesConstantTime(target: Target) throws {
    func dispatchBytes(_ count: Int) throws -> Int {
      var assembler = Assembler(target: target)
      let entries = (0..<count).map { _ in Instruction.tableEntry(0) }
      try assembler.assemble((entries + [.jumpTable(Register(9), 0), .label(0), .ret]).span)
      let end = assembler.offset(of: 0)
      return try #require(end)
    }
    let (few, many) = (try dispatchBytes(3), try dispatchBytes(300))
    #expect(many - few == (target == .x86_64 ? 3 : 0))
    #expect(few <= 24)
  }
}
