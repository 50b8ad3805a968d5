import Ejit
import TestSupport
import Testing

/// Rows G2, K1, K2, K4: what leads branches farther on AArch64 stands before data, never in it nor between a label and
/// its data; and what is aligned stays so.
@Suite struct IslandTests {
  private static let (index, way, result) = (Register.argument(0), Register.argument(1), Register.result(0))
  private static let (table, middle, end) = (Label(1), Label(2), Label(9))

  /// Reads the `index`-th word of a table, or returns 77 by a branch over the table that does not reach so far.
  struct Table: CustomTestStringConvertible, Sendable {
    /// Whether the branch reaches 32 KiB, else 1 MiB.
    let isShort: Bool
    let isCold: Bool
    let alignment: UInt32
    /// Whether words are laid down in parts, so that data may end in the middle of an instruction.
    let isSplit: Bool

    var testDescription: String {
      "\(isShort ? "TBNZ" : "B.cond")\(isCold ? ", cold" : ""), align \(alignment)\(isSplit ? ", in parts" : "")"
    }

    var count: Int { isShort ? 20_000 : 140_000 }
    func word(_ index: Int) -> UInt64 { 0x8182_8384_8586_8788 &+ UInt64(index) &* 0x0101_0101_0101_0101 }

    private func data(_ index: Int) -> [Instruction] {
      let word = word(index)
      if !isSplit { return [.data(.u64, Imm64(bits: word))] }
      return [
        .data(.u8, Imm64(bits: word & 0xFF)), .data(.u16, Imm64(bits: word >> 8 & 0xFFFF)),
        .data(.u32, Imm64(bits: word >> 24 & 0xFFFF_FFFF)), .data(.u8, Imm64(bits: word >> 56)),
      ]
    }

    /// Behind the half of the words a label, a mark, an address and two words of zeros.
    var program: [Instruction] {
      let half = count / 2
      var program: [Instruction] = isCold ? [.j(3), .nop, .section(.cold), .label(3)] : [.nop]
      program += [
        isShort ? .branchBit(.ne, way, 3, end) : .branchi(.eq, way, 8, end),
        .adr(.temporary(0), table), .ld(.u64, result, .at(.temporary(0), index, shift: 3)), .ret,
        .align(alignment), .mark(1), .label(table),
      ]
      program += (0..<half).flatMap(data)
      program += [.mark(2), .label(middle), .dataAddress(end), .zeros(16)]
      program += (half..<count).flatMap(data)
      return program + [.mark(3), .label(end), .movi(result, 77), .ret]
    }

    /// The words from `table` on, if `end` is bound at this address.
    func words(_ address: UInt64) -> [UInt64] {
      (0..<count / 2).map(word) + [address, 0, 0] + (count / 2..<count).map(word)
    }
  }

  static let tables = [true, false].flatMap { (isShort: Bool) -> [Table] in
    [(8, false), (64, true), (4096, true)].map { (alignment: UInt32, isCold: Bool) in
      Table(isShort: isShort, isCold: isCold, alignment: alignment, isSplit: alignment == 64)
    }
  }

  private func words(_ code: [UInt8], from offset: Int, _ count: Int) -> [UInt64] {
    code.withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: offset + 8 * $0, as: UInt64.self) }
    }
  }

  @Test(arguments: tables) func dataIsInOnePiece(_ table: Table) throws {
    let program = table.program
    var assembler = Assembler(target: .aarch64)
    try assembler.assemble(program)
    let code = assembler.copyCode()
    let (start, end) = (assembler.offset(of: Self.table) ?? -1, assembler.offset(of: Self.end) ?? -1)
    try #require(start > 0 && end > start)
    let expected = table.words(UInt64(end))
    #expect(start % Int(table.alignment) == 0 && assembler.alignment >= Int(table.alignment))
    #expect(end == start + 8 * expected.count)
    #expect(words(code, from: start, expected.count) == expected)
    let places = (1...3).map { assembler.marks.offset(of: $0) } + [assembler.offset(of: Self.middle)]
    #expect(places == [start, start + 4 * table.count, end, start + 4 * table.count])
    #expect(code.count <= program.reduce(0) { $0 + Target.aarch64.maximumBytes(for: $1) })
    // The same one by one, with a map.
    var map = InstructionMap()
    try assembler.append(program.span, to: &map)
    try assembler.finish(&map)
    let again = assembler.copyCode()
    #expect(again == code)
    let next = try #require(program.firstIndex(of: .label(Self.table))) + 2
    #expect(map.offset(of: next) == start + (table.isSplit ? 1 : 8))
    #expect(map.instruction(at: start + (table.isSplit ? 1 : 8)) == next)
    #expect(map.offset(of: program.count - 1) == code.count - 4)
  }

  @Test(arguments: tables) func dataBehindIslandsIsRead(_ table: Table) throws {
    let machine = TestMachine(target: .aarch64, features: .baseline)
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let place = try calls.add(table.program, labels: [Self.end])
    let words = table.words(place.address(of: Self.end))
    let indices = [0, 1, table.count / 4, table.count / 2 - 1, table.count / 2, table.count / 2 + 1, words.count - 1]
    for index in indices { calls.call(place.address, [UInt64(index), 0]) }
    calls.call(place.address, [0, 8])
    #expect(try calls.run() == indices.map { words[$0] } + [77])
  }

  /// An island may be due at every place around a label and its data.
  @Test(arguments: [[], [.align(8)], [.align(64)], [.data(.u32, 5)], [.mark(3), .label(3)]] as [[Instruction]])
  func labelsStayAtTheirData(header: [Instruction]) throws {
    let machine = TestMachine(target: .aarch64, features: .baseline)
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    var assembler = Assembler(target: .aarch64)
    var expected: [UInt64?] = []
    let data = (0..<40).map { Instruction.data(.u64, Imm64($0 + 1000)) }
    for count in 8130...8195 {
      let program: [Instruction] =
        [.branchBit(.ne, Self.way, 3, Self.end), .branchBit(.ne, Self.way, 4, 8), .j(Self.middle)]
        + [Instruction](repeating: .nop, count: count) + header + [.label(Self.table), .mark(1)] + data + [
          .label(Self.middle), .adr(.temporary(0), Self.table),
          .ld(.u64, Self.result, .at(.temporary(0), Self.index, shift: 3)), .ret, .label(8), .nop, .label(Self.end),
          .movi(Self.result, 77), .ret,
        ]
      for instruction in program { try assembler.emit(instruction) }
      try assembler.finish()
      let emitted = assembler.copyCode()
      let start = assembler.offset(of: Self.table) ?? -1
      try #require(start > 0)
      let places = [assembler.marks.offset(of: 1), assembler.offset(of: Self.middle).map { $0 - 8 * data.count }]
      #expect(places == [start, start], "\(count)")
      if case .align(let bytes)? = header.first { #expect(start % Int(bytes) == 0, "\(count)") }
      #expect(words(emitted, from: start, data.count) == data.indices.map { UInt64($0) + 1000 }, "\(count)")
      if header.count == 2 {
        let others = [assembler.offset(of: 3), assembler.marks.offset(of: 3)]
        #expect(others == [start, start], "\(count)")
      }
      try assembler.assemble(program)
      let assembled = assembler.copyCode()
      #expect(assembled == emitted, "\(count)")
      let place = try calls.add(program)
      for arguments: [UInt64] in [[3, 0], [0, 8], [0, 16]] { calls.call(place.address, arguments) }
      expected += [1003, 77, 77]
    }
    #expect(try calls.run() == expected)
  }

  /// One op may be more data than a branch reaches over; code may be data, and branches lead there.
  @Test func dataMovesAsAWhole() throws {
    let machine = TestMachine(target: .aarch64, features: .baseline)
    guard isAvailable(machine) else { return }
    var calls = Calls(machine)
    let addFive = Instruction.data(.u32, 0x9100_1400)  // add x0, x0, #5
    let place = try calls.add(
      [
        .branchBit(.ne, Self.way, 3, Self.end), .branchBit(.ne, Self.way, 4, 5), .addi(Self.result, Self.index, 1),
        .align(16), .label(5), addFive, addFive, .j(6), .label(6), .align(32), .label(7), addFive, .mark(1), .j(8),
        .align(32), .label(Self.table), .data(.u64, 1), .zeros(100_000), .label(Self.middle), .data(.u64, 2),
        .align(32), .label(8), .ret, .label(Self.end), .movi(Self.result, 77), .ret,
      ], labels: [5, 7, Self.table, Self.middle, 8])
    #expect(place.address(of: Self.middle) - place.address(of: Self.table) == 100_008)
    for label: Label in [7, Self.table, 8] { #expect((place.address(of: label) - place.address) % 32 == 0) }
    for arguments: [UInt64] in [[100, 0], [100, 8], [100, 16]] { calls.call(place.address, arguments) }
    #expect(try calls.run() == [116, 77, 115])
  }

  /// An island comes in time even where the longest op is the last that may stand before it.
  @Test func islandsComeInTimeBehindTheLongestOp() throws {
    var assembler = Assembler(target: .aarch64)
    let all = Instruction.push(RegisterSet(Target.aarch64.abi.numbers.map { Register($0) }))
    #expect(Target.aarch64.maximumBytes(for: all) == 56)
    var distances: Set<Int> = []
    for count in 8140...8190 {
      let program: [Instruction] =
        [.enter(0), .mark(1), .branchBit(.ne, Self.way, 3, Self.end)] + [Instruction](repeating: .nop, count: count)
        + [all] + [Instruction](repeating: .nop, count: 40) + [.label(Self.end), .j(Self.end)]
      for instruction in program { try assembler.emit(instruction) }
      try assembler.finish()
      let code = assembler.copyCode()
      let place = assembler.marks.offset(of: 1)
      let branch = try #require(place)
      #expect(word(code, branch) & 0xFF00_0000 == 0x3700_0000, "TBNZ")
      let entry = branch + Int(Int32(bitPattern: word(code, branch) << 13) >> 18) * 4
      try #require(code.indices.contains(entry) && entry > branch, "\(count)")
      #expect(word(code, entry) & 0xFC00_0000 == 0x1400_0000, "B")
      let target = entry + Int(Int32(bitPattern: word(code, entry) << 6) >> 6) * 4
      #expect(target == assembler.offset(of: Self.end), "\(count)")
      distances.insert(entry - branch)
    }
    #expect(distances.max() == 1 << 15 - 4, "as far as it reaches")
  }

  private func word(_ code: [UInt8], _ offset: Int) -> UInt32 {
    code.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
  }
}
