import Ejit
import TestSupport
import Testing

/// Rows G1 and G12: labels are any 32-bit numbers, found however many there are, and never those of another program.
@Suite struct LabelTests {
  private let a = Register.argument(0)
  private let result = Register.result(0)

  @Test(arguments: TestMachine.all) func anyNumberIsALabel(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let numbers: [UInt32] = [0, 1, 63, 64, 65535, 65536, 0x1_0040, 0x8000_0000, 0xFFFF_0000, 0xFFFF_FFFE, 0xFFFF_FFFF]
    for number in numbers {
      let label = Label(number)
      // Forth over one that returns 1, back from one that returns 3.
      let program: [Instruction] = [
        .branchi(.eq, a, 0, label), .j(7), .movi(result, 1), .ret, .label(label), .movi(result, 2), .ret,
        .label(7), .movi(a, 0), .j(label), .movi(result, 3), .ret,
      ]
      let place = try calls.add(program)
      for argument: UInt64 in [0, 1] { calls.call(place.address, [argument]) }
    }
    let results = try calls.run()
    #expect(results == [UInt64?](repeating: 2, count: numbers.count * 2))
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func labelsThatAreEmittedAreBoundOnce(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.emit(.label(5))
    try assembler.emit(.nop)
    #expect(throws: EjitError(.duplicateLabel, instruction: 2, detail: 5)) { try assembler.emit(.label(5)) }
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func labelsOfEarlierProgramsAreForgotten(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    for round in 0..<100 {
      let bound = Label(UInt32(round))
      try assembler.assemble([.nop, .label(bound), .ret].span)
      #expect(assembler.offset(of: bound) != nil)
      let stale = refusal { () throws(EjitError) in try assembler.assemble([.nop, .j(bound), .ret].span) }
      #expect(stale == EjitError(.unboundLabel, instruction: 1, detail: UInt64(round)))
      #expect(assembler.offset(of: bound) == nil)
    }
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func aHundredThousandLabelsAreFound(target: Target) throws {
    var program: [Instruction] = []
    // Numbers that lie in order, that have only high bits, and that differ from those in one bit.
    let numbers = (0..<100_000).map { (index: UInt32) in
      index % 3 == 0 ? index : index % 3 == 1 ? 0x4000_0000 | index << 12 : 0x8000_0000 | index
    }
    for number in numbers { program += [.label(Label(number)), .nop] }
    program += numbers.prefix(1000).map { .j(Label($0)) }
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.assemble(program.span)
    let step = target.architecture == .x86_64 ? 1 : 4
    for (index, number) in numbers.enumerated() where assembler.offset(of: Label(number)) != index * step {
      Issue.record("label \(number): \(assembler.offset(of: Label(number)) ?? -1), not \(index * step)")
    }
    #expect(assembler.offset(of: 77_777_777) == nil)
  }

  @Test(arguments: TestMachine.all) func programsHaveSeveralEntryPoints(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let program: [Instruction] = [
      .movi(result, 1), .ret, .entry(10), .enter(16), .movi(result, 2), .leave, .ret, .entry(20), .movi(result, 3),
      .ret,
      .label(30), .addi(result, result, 4), .ret,
    ]
    let place = try calls.add(program, labels: [10, 20])
    calls.call(place.address)
    calls.call(place.address(of: 10))
    calls.call(place.address(of: 20))
    #expect(try calls.run() == [1, 2, 3])
  }

  @Test(arguments: [Target.x86_64, .aarch64]) func marksAreFoundBothWays(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    #expect(assembler.marks.count == 0)
    // Marks 0, 10, 20 …, with two at one place and some code without a mark in front.
    var program: [Instruction] = [.nop]
    for index in 0..<100 { program += [.mark(UInt32(index * 10)), .nop, .nop] }
    program += [.mark(5), .mark(6), .ret]
    try assembler.assemble(program.span)
    let step = target.architecture == .x86_64 ? 1 : 4
    #expect(assembler.marks.count == 102)
    #expect(assembler.marks.mark(atOrBefore: 0) == nil)
    for index in 0..<100 {
      let offset = (1 + 2 * index) * step
      #expect(assembler.marks[index].id == UInt32(index * 10) && Int(assembler.marks[index].offset) == offset)
      #expect(assembler.marks.offset(of: UInt32(index * 10)) == offset)
      #expect(assembler.marks.mark(atOrBefore: offset)?.id == UInt32(index * 10))
      #expect(assembler.marks.mark(atOrBefore: offset + 2 * step - 1)?.id == UInt32(index * 10))
    }
    #expect(assembler.marks.mark(atOrBefore: 201 * step)?.id == 6)
    #expect(assembler.marks.mark(atOrBefore: .max)?.id == 6)
    #expect(assembler.marks.offset(of: 5) == assembler.marks.offset(of: 6))
    #expect(assembler.marks.offset(of: 12345) == nil)
    assembler.reset()
    #expect(assembler.marks.count == 0)
  }
}
