import Testing

@testable import Ejit

/// An emitter makes what `append` makes, whatever it is mixed with; after an error it makes nothing.
@Suite struct EmitterTests {
  private static let targets = [Target.x86_64, .x86_64Windows, .aarch64]
  private let a = Register(8)
  private let b = Register(9)
  private let c = Register(10)

  /// One by one through an emitter that is lent for the whole program.
  private func emit(_ program: [Instruction], _ assembler: inout Assembler) throws(EjitError) {
    try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
      for instruction in program { try emitter.emit(instruction) }
      return emitter
    }
  }

  private func code(_ program: [Instruction], _ target: Target) throws -> [UInt8] {
    var assembler = Assembler(target: target, features: .baseline)
    try assembler.assemble(program.span)
    return assembler.copyCode()
  }

  /// Loops, branches forth and back and far, labels that share a slot, frames, calls with arguments, cold code and data.
  private func program(_ rounds: Int) -> [Instruction] {
    let (x, y) = (Register.argument(0), Register.argument(1))
    var program: [Instruction] = [.entry(1_000_000), .enter(32, saving: [.saved(0)])]
    for round in 0..<rounds {
      let (head, end, cold) = (
        Label(UInt32(round) * 64), Label(UInt32(round) * 64 + 1), Label(0x8000_0000 | UInt32(round))
      )
      program += [.movi(a, 1), .movi(b, -1), .movi(c, 0x1234_5678_9ABC), .label(head)]
      program += [Instruction](repeating: .addi(a, b, Immediate(round * 77)), count: round % 50)
      program += [
        .cmpi(a, 0), .b(.ne, head), .cmpi(a, -1), .b(.slt, end), .test(a, b), .b(.eq, cold),
        .andi(width: .w32, a, b, 0xFF00_FF00), .testi(a, 0x40), .setcc(a, .ne), .shli(a, b, 63), .sari(a, a, 5),
        .ld(.u16, a, .at(b, 0)), .st(.u64, a, .at(.sp, 8)), .ld(.u64, c, .at(b, a, shift: 3, 1000)),
        .pass(.u64, x), .passi(.u32, 9), .call(0x7000_0000_0000), .mov(y, .result(0)), .mul(a, b, a),
        .label(end),
        .section(.cold), .label(cold), .subi(a, a, 1), .cmpi(a, 300), .b(.ugt, cold), .j(end),
        .section(.hot),
      ]
    }
    return program + [.leave, .ret]
  }

  @Test(arguments: targets) func makesWhatAppendMakes(on target: Target) throws {
    for rounds in [1, 100] {
      let program = program(rounds)
      let expected = try code(program, target)
      var assembler = Assembler(target: target, features: .baseline)
      for _ in 0..<2 {
        assembler.reset()
        try emit(program, &assembler)
        try assembler.finish()
        #expect(assembler.copyCode() == expected)
      }
    }
  }

  /// A jump back is short up to 128 bytes from behind it, and not a byte more.
  @Test(arguments: targets) func jumpsBackOverAnyDistance(on target: Target) throws {
    for count in 100...140 {
      let nops = [Instruction](repeating: .nop, count: count)
      let program: [Instruction] = [.label(1)] + nops + [.cmpi(a, 5), .b(.ult, 1)]
      let expected = try code(program, target)
      var assembler = Assembler(target: target, features: .baseline)
      try emit(program, &assembler)
      try assembler.finish()
      #expect(assembler.copyCode() == expected, "\(count)")
    }
  }

  /// Any piece of a program may come in any way: a run that one began is ended by the next.
  @Test(arguments: targets) func mixesWithOtherWays(on target: Target) throws {
    let program = program(30)
    let expected = try code(program, target)
    var assembler = Assembler(target: target, features: .baseline)
    for step in 1...7 {
      var (next, way) = (0, step)
      while next < program.count {
        let piece = Array(program[next..<min(next + step, program.count)])
        switch way % 3 {
        case 0: try assembler.append(piece.span)
        case 1: for instruction in piece { try assembler.emit(instruction) }
        default: try emit(piece, &assembler)
        }
        (next, way) = (next + step, way &* 5 &+ 1)
      }
      try assembler.finish()
      #expect(assembler.copyCode() == expected, "pieces of \(step)")
    }
  }

  /// Ops written out, as they are where one translates.
  @Test(arguments: targets) func takesOpsWrittenOut(on target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    let (a, b, c) = (a, b, c)
    try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
      for index in 0..<20_000 {
        let value: Int = index << (index & 63)
        try emitter.emit(.movi(a, Immediate(value)))
        try emitter.emit(.label(Label(UInt32(index))))
        try emitter.emit(.add(a, b, c))
        try emitter.emit(.subi(a, b, Immediate(index - 10_000)))
        try emitter.emit(.ld(.s8, a, .at(b, Int32(index - 10_000))))
        try emitter.emit(.cmp(a, c))
        try emitter.emit(.b(.ult, Label(UInt32(index / 2))))
      }
      try emitter.emit(.ret)
      return emitter
    }
    try assembler.finish()
    var program: [Instruction] = []
    for index in 0..<20_000 {
      let value: Int = index << (index & 63)
      program += [
        .movi(a, Immediate(value)), .label(Label(UInt32(index))), .add(a, b, c),
        .subi(a, b, Immediate(index - 10_000)), .ld(.s8, a, .at(b, Int32(index - 10_000))), .cmp(a, c),
        .b(.ult, Label(UInt32(index / 2))),
      ]
    }
    #expect(assembler.copyCode() == (try code(program + [.ret], target)))
  }

  @Test(arguments: targets) func refusesWhatAppendRefuses(on target: Target) throws {
    let sp = Register.sp
    let none = Register(rawValue: target.architecture == .x86_64 ? 14 : 0xFF)  // a digit of the table, yet no register
    let wrong: [Instruction] = [
      .add(a, b, none), .add(a, sp, b), .movi(none, 1), .movi(width: .w32, a, 0x1_0000_0000),
      .cmpi(width: .w32, a, -0x8000_0001),
      .ld(.u64, a, .at(none)), .ld(.u64, a, .at(b, c, shift: 4)), .mov(sp, none), .label(3), .b(.eq, 3), .leave,
      .setcc(a, .eq),
      .shli(a, b, 64), .sel(a, .eq, b, c), .fastRet, .enter(-1),
    ]
    for last in wrong {
      let program: [Instruction] = [.nop, .label(3), .mov(a, b), .nop, last]
      var assembler = Assembler(target: target, features: .baseline)
      var (appended, emitted): (EjitError?, EjitError?)
      do throws(EjitError) { try assembler.append(program.span) } catch { appended = error }
      assembler.reset()
      do throws(EjitError) { try emit(program, &assembler) } catch { emitted = error }
      #expect(appended != nil && emitted == appended, "\(last)")
      // Nothing is left, and nothing is taken.
      #expect(assembler.count == 0)
      do throws(EjitError) { try emit([.nop], &assembler) } catch { emitted = error }
      #expect(emitted == appended)
      assembler.reset()
      try emit([.nop, .ret], &assembler)
      try assembler.finish()
      #expect(assembler.copyCode() == (try code([.nop, .ret], target)))
    }
  }

  /// An error that is caught where it is thrown is thrown again by whatever follows.
  @Test(arguments: targets) func anErrorLasts(on target: Target) throws {
    var assembler = Assembler(target: target)
    let (a, b) = (a, b)
    let expected = EjitError(.duplicateLabel, instruction: 2, detail: 1)
    try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
      try emitter.emit(.label(1))
      try emitter.emit(.cmpi(a, 1))
      for instruction in [Instruction.label(1), .add(a, a, b), .label(2), .b(.eq, 1), .ret] {
        do throws(EjitError) {
          try emitter.emit(instruction)
          Issue.record("\(instruction)")
        } catch { #expect(error == expected) }
      }
      return emitter
    }
    #expect(throws: expected) { try assembler.emit(.nop) }
    #expect(throws: expected) { try assembler.finish() }
    #expect(assembler.count == 0)
    assembler.reset()
    try assembler.emit(.label(1))
  }

  /// What the body throws by itself ends the program, too.
  @Test(arguments: targets) func anErrorOfTheBodyLasts(on target: Target) throws {
    var assembler = Assembler(target: target)
    try assembler.emit(.label(1))
    let expected = EjitError(.malformedRun, instruction: 77)
    #expect(throws: expected) {
      try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
        try emitter.emit(.nop)
        if emitter.place != 77 { throw expected }
        return emitter
      }
    }
    #expect(throws: expected) { try assembler.emit(.nop) }
    #expect(assembler.count == 0)
    assembler.reset()
    try assembler.emit(.label(1))
    try assembler.finish()
  }

  /// Behind `finish` an emitter begins a new program.
  @Test(arguments: targets) func beginsAnew(on target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    for length in [1, 5000, 3] {
      let program =
        [Instruction](repeating: .label(0), count: 1) + [Instruction](repeating: .add(a, b, c), count: length)
      try emit(program, &assembler)
      try assembler.finish()
      #expect(assembler.copyCode() == (try code(program, target)))
      let failure = EjitError(.duplicateLabel, instruction: 1, detail: 0)
      #expect(throws: failure) { try emit([.label(0), .label(0)], &assembler) }
      assembler.reset()
      try assembler.assemble(program.span)
    }
  }

  /// The state of flags goes from one way to the other and back.
  @Test(arguments: targets) func flagsAreThoseOfTheOpBefore(on target: Target) throws {
    let producers: [Instruction] = [.cmpi(a, 1), .test(a, b), .add(a, b, c), .addFlags(a, b, c), .label(2), .nop]
    for producer in producers {
      for condition in Condition.allCases {
        let program: [Instruction] = [.label(1), .cmp(a, b), producer, .b(condition, 1), .ret]
        var expected: EjitError?
        var assembler = Assembler(target: target, features: .baseline)
        do throws(EjitError) { try assembler.assemble(program.span) } catch { expected = error }
        let bytes = assembler.copyCode()
        for split in 0...program.count {
          assembler.reset()
          var found: EjitError?
          do throws(EjitError) {
            try assembler.append(Array(program[..<split]).span)
            try emit(Array(program[split...]), &assembler)
            try assembler.finish()
          } catch { found = error }
          #expect(found == expected, "\(producer), \(condition), \(split)")
          if found == nil { #expect(assembler.copyCode() == bytes) }
        }
      }
    }
  }
}
