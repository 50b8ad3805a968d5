import Ejit
import Testing

/// Rows G8, G10 and G11: functions that were compiled apart call one another, and jump to one another.
@Suite struct LinkTests {
  private static let result = Register.result(0)
  private static let a = Register.argument(0)
  private static let b = Register.argument(1)
  fileprivate static let site: SiteID = 70_000

  /// Whether `argument(0)` is even or odd: `atZero` if it is 0, else what `next` says of the number below.
  private static func parity(atZero: Immediate, next: [Instruction]) -> [Instruction] {
    [.branchi(.ne, a, 0, 1), .movi(result, atZero), .ret, .label(1), .enter(0), .subi(a, a, 1)] + next
      + [.leave, .ret]
  }

  /// The function that is compiled first calls what is not there yet: a stub of its own, out of the way.
  private static let isEven =
    parity(atZero: 1, next: [.patchableCall(site, 2)]) + [.section(.cold), .entry(2), .movi(result, 77), .ret]

  @Test("G10: isEven calls isOdd calls isEven, 10,000 deep", arguments: [CodeArena.Mode.flip, .dual])
  func blocksCallOneAnother(_ mode: CodeArena.Mode) throws {
    guard Executable.isSupported else { return }
    let arena = try CodeArena(capacity: 1 << 16, mode: mode)
    let even = try Block(Self.isEven, in: arena)
    #expect(even.call(0) == 1)
    #expect(even.call(1) == 77)

    let odd = try Block(Self.parity(atZero: 0, next: [.call(Immediate(bits: even.address))]), in: arena)
    #expect(odd.call(0) == 0)
    #expect(odd.call(1) == 1)
    #expect(odd.call(2) == 77)

    let call = try even.site(Self.site)
    try arena.retarget(even.block, call, to: odd.block.address)
    for count: UInt64 in [0, 1, 2, 3, 9999, 10_000] {
      #expect(even.call(count) == (count + 1) % 2)
      #expect(odd.call(count) == count % 2)
    }
    #expect(even.branches(.call) == [odd.address])
    #expect(odd.branches(.call) == [even.address])

    try arena.retarget(even.block, call, to: even.address(of: 2))
    #expect(odd.call(10_000) == 77)
  }

  @Test("G8: executables call one another, one of them by an address in memory")
  func executablesCallOneAnother() throws {
    guard Executable.isSupported else { return }
    typealias Function = @convention(c) (UInt64) -> UInt64
    let cell = UnsafeMutablePointer<UInt>.allocate(capacity: 1)
    defer { cell.deallocate() }
    let even = try Executable(
      Self.parity(atZero: 1, next: [.callm(.absolute(UInt64(UInt(bitPattern: cell))))]))
    let odd = try Executable(
      Self.parity(atZero: 0, next: [.call(Immediate(bits: UInt64(UInt(bitPattern: even.baseAddress))))]))
    cell.pointee = UInt(bitPattern: odd.baseAddress)
    for count: UInt64 in [0, 1, 2, 3, 9999, 10_000] {
      #expect(even.withEntry(as: Function.self) { $0(count) } == (count + 1) % 2)
      #expect(odd.withEntry(as: Function.self) { $0(count) } == count % 2)
    }
  }

  /// Both note in memory how low and how high the stack pointer stands when they are entered.
  @Test("G8, G10: two blocks jump to one another a million times, on the same stack")
  func tailJumpsLeaveTheStackAlone() throws {
    guard Executable.isSupported else { return }
    let memory = Register.argument(2)
    let (t, sp) = (Register.argument(3), Register.argument(4))
    let note: [Instruction] = [
      .mov(sp, .sp), .ld(.u64, t, .at(memory)), .umin(t, t, sp), .st(.u64, t, .at(memory)),
      .ld(.u64, t, .at(memory, 8)), .umax(t, t, sp), .st(.u64, t, .at(memory, 8)),
    ]
    let arena = try CodeArena(capacity: 1 << 16)
    let down = try Block(
      note + [
        .branchi(.ne, Self.a, 0, 1), .mov(Self.result, Self.b), .ret, .label(1), .subi(Self.a, Self.a, 1),
        .patchableJump(Self.site, 2), .section(.cold), .label(2), .movi(Self.result, 77), .ret,
      ], in: arena)
    let up = try Block(
      note + [
        .enter(40, saving: [.saved(0)]), .movi(.saved(0), 1), .add(Self.b, Self.b, .saved(0)), .leave,
        .tailCall(Immediate(bits: down.address)),
      ], in: arena)
    let stack = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
    defer { stack.deallocate() }
    func run(_ block: Block, _ count: UInt64) -> UInt64 {
      (stack[0], stack[1]) = (.max, 0)
      return block.call(count, 5, UInt64(UInt(bitPattern: stack)))
    }
    #expect(run(down, 3) == 77)
    try arena.retarget(down.block, down.site(Self.site), to: up.block.address)
    #expect(run(down, 1_000_000) == 1_000_005)
    #expect(stack[0] == stack[1])
    #expect(run(up, 1_000_000) == 1_000_006)
    #expect(stack[0] == stack[1])
    #expect(down.branches(.jump).contains(up.address))
    #expect(up.branches(.jump) == [down.address])
  }

  @Test("G11: a constant of an inline cache is what it was set to, also for those who call the block")
  func constantsAreSeen() throws {
    guard Executable.isSupported else { return }
    let arena = try CodeArena(capacity: 1 << 16)
    let cache = try Block(
      [
        .ldPatchable(1, -9, Self.result), .ldPatchable(2, 0x1234_5678_9ABC_DEF0, Self.b),
        .xor(Self.result, Self.result, Self.b), .ret,
      ],
      in: arena)
    let caller = try Block(
      [.enter(0), .call(Immediate(bits: cache.address)), .leave, .ret], in: arena)
    let (first, second): (UInt64, UInt64) = (UInt64(bitPattern: -9), 0x1234_5678_9ABC_DEF0)
    #expect(caller.call() == first ^ second)
    for value: UInt64 in [0, 1, .max, 0xFEDC_BA98_7654_3210] {
      try arena.setConstant(cache.block, cache.site(1), to: value)
      #expect(cache.call() == value ^ second)
      #expect(caller.call() == value ^ second)
    }
    try arena.setConstant(cache.block, cache.site(2), to: 0)
    #expect(caller.call() == 0xFEDC_BA98_7654_3210)
  }

  @Test("G10: a no-operation becomes a jump, within the block or to another, and is restored")
  func nopsBecomeJumps() throws {
    guard Executable.isSupported else { return }
    let arena = try CodeArena(capacity: 1 << 16)
    let counting = try Block(
      [
        .addi(Self.a, Self.a, 1), .patchableNop(Self.site), .mov(Self.result, Self.a), .ret,
        .label(1), .muli(Self.result, Self.a, 10), .ret,
      ], in: arena)
    let faster = try Block([.muli(Self.result, Self.a, 1000), .ret], in: arena)
    let site = try counting.site(Self.site)
    let inside = try counting.address(of: 1)
    let bytes = counting.bytes
    for _ in 0..<3 {
      #expect(counting.call(4) == 5)
      try arena.retarget(counting.block, site, to: inside)
      #expect(counting.call(4) == 50)
      try arena.retarget(counting.block, site, to: faster.block.address)
      #expect(counting.call(4) == 5000)
      #expect(counting.branches(.jump) == [faster.address])
      try arena.restore(counting.block, site)
      #expect(counting.bytes == bytes)
    }
  }
}

/// A program of this machine, compiled by an assembler of its own and published in an arena.
private struct Block {
  let block: CodeArena.Block
  private let sites: [PatchSite]
  private let offsets: [Int?]

  init(_ program: [Instruction], in arena: CodeArena) throws(EjitError) {
    var assembler = Assembler()
    try assembler.assemble(program)
    block = try arena.add(assembler)
    sites = [LinkTests.site, 1, 2].compactMap { (id: SiteID) in assembler.patchSite(id) }
    offsets = [0, 1, 2].map { (label: Label) in assembler.offset(of: label) }
  }

  /// The place with this number that may be patched.
  func site(_ id: SiteID) throws -> PatchSite { try #require(sites.first { $0.id == id.number }) }

  /// The address of label 0, 1 or 2.
  func address(of label: Int) throws -> UInt { block.address + UInt(try #require(offsets[label])) }

  /// Where it begins.
  var address: UInt64 { UInt64(block.address) }

  /// Calls it with the C calling convention.
  func call(_ a: UInt64 = 0, _ b: UInt64 = 0, _ c: UInt64 = 0) -> UInt64 {
    typealias Function = @convention(c) (UInt64, UInt64, UInt64) -> UInt64
    return unsafeBitCast(UnsafeRawPointer(bitPattern: block.address), to: Function.self)(a, b, c)
  }

  /// Its code, as published.
  var bytes: [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: block.count))
  }

  enum Branch { case call, jump }

  /// Where its near branches lead: the targets, outside of it, of what looks like one. x86-64: E8 and E9, SDM vol. 2, CALL
  /// and JMP. AArch64: BL and B, Arm ARM C6.2.
  func branches(_ kind: Branch) -> [UInt64] {
    let bytes = bytes
    var targets: [UInt64] = []
    func word(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
    func add(_ distance: Int, from offset: Int) {
      let target = address &+ UInt64(bitPattern: Int64(offset + distance))
      if target < address || target >= address + UInt64(bytes.count) { targets.append(target) }
    }
    switch Target.host.architecture {
    case .x86_64:
      let opcode: UInt8 = kind == .call ? 0xE8 : 0xE9
      for offset in 0..<max(0, bytes.count - 4) where bytes[offset] == opcode {
        add(Int(Int32(bitPattern: word(offset + 1))), from: offset + 5)
      }
    case .aarch64:
      let opcode: UInt32 = kind == .call ? 0b100101 : 0b000101
      for offset in stride(from: 0, to: bytes.count - 3, by: 4) where word(offset) >> 26 == opcode {
        add(Int(Int32(bitPattern: word(offset) << 6) >> 4), from: offset)
      }
    }
    return targets
  }
}
