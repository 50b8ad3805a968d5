import Ejit
import EjitInterpreter
import EjitText

// The README shows what stands between `// README` and `// end` in each function, word for word.
enum Examples {
  // Laid out for the page.
  // swift-format-ignore
  static func sum() throws -> UInt64 {
    // README
    let count = Register(0), total = Register(1), one = Register(2)
    let code = try Executable([
      .movi(count, 10_000), .movi(total, 0), .movi(one, 1),
      .label(0),
      .add(total, total, count), .sub(count, count, one),
      .cmpi(count, 0), .b(.ne, 0),
      .mov(.result(0), total), .ret,
    ])
    typealias Sum = @convention(c) () -> UInt64
    let sum = unsafe code.withEntry(as: Sum.self) { $0() }      // 50005000
    // end
    return sum
  }

  static func fallback(_ n: UInt64) throws -> UInt64 {
    // README
    // 1 + 2 + … + n, in roles: the same program for every target, with one fused comparison.
    let program: [Instruction] = [
      .mov(.temporary(0), .argument(0)),
      .movi(.result(0), 0),
      .label(0),
      .add(.result(0), .result(0), .temporary(0)),
      .subi(.temporary(0), .temporary(0), 1),
      .branchi(.ne, .temporary(0), 0, 0),
      .ret,
    ]
    func sum(_ n: UInt64) throws -> UInt64 {
      guard Executable.isSupported else {
        var machine = try Interpreter(program: program)
        return try machine.run(arguments: [n], fuel: 1_000_000)
      }
      let code = try Executable(program)
      typealias Sum = @convention(c) (UInt64) -> UInt64
      return unsafe code.withEntry(as: Sum.self) { $0(n) }
    }
    // end
    return try sum(n)
  }

  static func reuse() throws -> [Int] {
    // README
    var assembler = Assembler(target: .aarch64)  // any target, on any host
    var sizes: [Int] = []
    for factor in 1...100 {
      assembler.reset()
      try assembler.append(contentsOf: [.mov(.result(0), .argument(0))])  // a sequence, or a span
      try assembler.emit(.muli(.result(0), .result(0), Immediate(factor)))  // the op is known here: faster
      try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in  // several of them: fastest
        try emitter.emit(.addi(.result(0), .result(0), 1))
        try emitter.emit(.ret)
        return emitter
      }
      try assembler.finish()
      assembler.withCode { bytes in sizes.append(bytes.count) }  // a span; copyCode() makes an array
    }
    // end
    return sizes
  }

  static func arena() throws -> [UInt64] {
    // README
    let arena = try CodeArena(capacity: 1 << 20)  // room for many functions; .dual, .flip or .mapJIT
    var assembler = Assembler()
    typealias Function = @convention(c) () -> UInt64
    func call(_ block: CodeArena.Block) -> UInt64 {
      arena.execute {  // what runs in here is not unmapped by a retire meanwhile
        unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: block.address), to: Function.self)()
      }
    }

    let one: [Instruction] = [.movi(.result(0), 1), .ret]
    try assembler.assemble(one.span)
    let block = try arena.add(assembler)  // copied and published: callable
    let first = call(block)  // 1

    let two: [Instruction] = [.movi(.result(0), 2), .ret]
    try assembler.assemble(two.span)
    try assembler.withCode { code in try arena.patch(block, at: 0, with: code) }  // through the writable view
    let second = call(block)  // 2

    try arena.retire(block)  // freed when the last thread that is inside has left
    arena.collect()
    // end
    return [first, second]
  }

  static func marks() throws -> [UInt32] {
    // README
    let program: [Instruction] = [
      .mark(0x400), .addi(.argument(0), .argument(0), 1),
      .mark(0x404), .muli(.argument(0), .argument(0), 3),
      .mark(0x408), .mov(.result(0), .argument(0)), .ret,
    ]
    var assembler = Assembler()
    try assembler.assemble(program.span)
    let end = assembler.count
    let last = assembler.marks.mark(atOrBefore: end - 1)?.id  // 0x408: which guest instruction is this?
    let place = assembler.marks.offset(of: 0x404)  // where does the code of that one begin?
    // end
    return [last ?? 0, place == nil ? 0 : 1]
  }

  static func text() throws -> UInt64 {
    // README
    let program = try Program(
      parsing: """
        function triple
          addShifted res0, arg0, arg0, shl, 1
          ret
        """)
    var machine = try Interpreter(program: program.instructions)
    let tripled = try machine.run(arguments: [14])  // 42
    // end
    return tripled
  }

  static func faults(_ address: UInt64) throws -> (UInt64, UInt32?) {
    // README
    let program: [Instruction] = [
      .faultSite(7, 1),  // if the next instruction faults, go on at label 1
      .ld(.u64, .result(0), .at(.argument(0))),
      .ret,
      .section(.cold),  // what follows lies behind the hot code
      .label(1), .movi(.result(0), 0), .ret,
    ]
    let code = try Executable(program)
    typealias Peek = @convention(c) (UInt64) -> UInt64
    let value = unsafe code.withEntry(as: Peek.self) { $0(address) }
    let site = FaultHandler.lastFault?.site  // 7, after a fault on this thread
    // end
    return (value, site)
  }

  static func patches() throws -> [UInt64] {
    // README
    let arena = try CodeArena(capacity: 1 << 16)
    var assembler = Assembler()
    typealias Function = @convention(c) () -> UInt64
    func call(_ block: CodeArena.Block) -> UInt64 {
      unsafe unsafeBitCast(UnsafeRawPointer(bitPattern: block.address), to: Function.self)()
    }

    let caller: [Instruction] = [
      .enter(0), .patchableCall(1, 0), .ldPatchable(2, 100, .temporary(0)),
      .add(.result(0), .result(0), .temporary(0)), .leave, .ret,
      .section(.cold), .entry(0), .movi(.result(0), 1), .ret,  // until something better is there
    ]
    try assembler.assemble(caller.span)
    let block = try arena.add(assembler)
    let sites = (call: assembler.patchSite(1)!, constant: assembler.patchSite(2)!)
    let first = call(block)  // 101

    try assembler.assemble([.movi(.result(0), 2), .ret])
    let better = try arena.add(assembler)
    try arena.retarget(block, sites.call, to: better.address)  // one store: others may be running there
    try arena.setConstant(block, sites.constant, to: 1000)
    let second = call(block)  // 1002
    // end
    return [first, second]
  }

  static func floats() throws -> Double {
    // README
    let scale: @convention(c) (Double, Int32) -> Double = { $0 * Double($1) }  // any C function
    let address = unsafe unsafeBitCast(scale, to: UInt.self)
    let (x, n) = (VectorRegister.argument(0), Register.argument(0))
    let code = try Executable([
      .enter(0),
      .fmul(x, x, x),
      .fpass(x), .pass(.s32, n), .call(Immediate(address)),
      .fmovi(.temporary(0), Immediate(bits: (0.5).bitPattern)),
      .fadd(.result(0), .result(0), .temporary(0)),
      .leave, .ret,
    ])
    typealias Function = @convention(c) (Double, Int32) -> Double
    let result = unsafe code.withEntry(as: Function.self) { $0(3, 2) }  // 3 · 3 · 2 + 0.5
    // end
    return result
  }
}
