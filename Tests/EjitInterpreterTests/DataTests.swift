import Ejit
import EjitInterpreter
import Testing

/// Data among the code: at real addresses, to be read.
@Suite struct DataTests {
  /// 01 02 0403 08070605 and behind it floats, at labels in all places of the run.
  static let data: [Instruction] = [
    .label(1), .data(.u8, 1), .label(2), .data(.u8, 2), .mark(9), .data(.u16, 0x0403), .data(.u32, 0x8807_0605),
    .label(3), .data(.f64, Imm64(bits: (1.5).bitPattern)), .data(.f32, Imm64(Float(0.5).bitPattern)), .zeros(3),
    .label(4), .data(.u8, 0xEE), .align(32), .label(5), .data(.u64, -2), .dataAddress(2), .dataAddress(7), .label(6),
  ]

  @Test(
    arguments: [
      (.u8, 1, 0x01), (.u8, 2, 0x02), (.u16, 2, 0x0302), (.s64, 1, 0xFFFF_FFFF_8807_0605 << 32 | 0x0403_0201),
      (.u64, 3, 0x3FF8_0000_0000_0000), (.s8, 4, 0xFFFF_FFFF_FFFF_FFEE), (.u16, 4, 0x00EE), (.u64, 5, .max - 1),
    ] as [(MemoryType, Label, UInt64)])
  func isLoadedFromLabels(_ type: MemoryType, _ label: Label, _ expected: UInt64) throws {
    let program = [.ldLabel(type, .result(0), label), .ret] + DataTests.data + [.label(7), .nop]
    #expect(try run(program) == expected)
    let indirect = [.adr(d, label), .ld(type, .result(0), .at(d)), .ret] + DataTests.data + [.label(7), .nop]
    #expect(try run(indirect) == expected)
  }

  /// Behind data a label is one of code if code follows, else the end of the data.
  @Test func hasAddresses() throws {
    let machine = try Interpreter(program: [.ret] + DataTests.data + [.align(8), .label(7), .nop, .ret])
    let addresses = (0...7).map { machine.address(of: Label($0)) ?? 0 }
    #expect((2...5).map { addresses[$0] &- addresses[1] } == [1, 8, 23, 32])
    #expect(addresses[5] % 32 == 0)
    #expect(addresses[0] == 0)
    #expect(addresses[6] >> 40 == 0x45_4A49)
    #expect(addresses[7] >> 40 == 0x45_4A49)
    let ending = try Interpreter(program: [.ret] + DataTests.data + [.align(16), .label(7)])
    let ends = [1, 6, 7].map { ending.address(of: $0) ?? 0 }
    #expect(ends[1] - ends[0] == 56)
    #expect(ends[2] - ends[0] == 64)
  }

  /// Pointers in data lead to data and to code.
  @Test func pointsToDataAndCode() throws {
    let program: [Instruction] = [
      .adr(d, 0), .ld(.u64, e, .at(d)), .ld(.u8, e, .at(e)), .jm(.at(d, 8)), .label(1), .movi(.result(0), 5), .ret,
      .label(2), .mov(.result(0), e), .ret, .align(8), .label(0), .dataAddress(3), .dataAddress(2), .label(3),
      .data(.u8, 77),
    ]
    #expect(try run(program) == 77)
  }

  @Test func isAligned() throws {
    for bytes in [1, 2, 16, 64, 4096] as [UInt32] {
      let program: [Instruction] = [
        .adr(.result(0), 0), .ret, .data(.u8, 1), .align(bytes), .label(0), .data(.u8, 7),
      ]
      #expect(try run(program) % UInt64(bytes) == 0)
    }
    #expect(try run([.align(16), .movi(.result(0), 3), .nops(8), .align(64), .ret]) == 3)
  }

  @Test func isNotWritten() throws {
    let program: [Instruction] = [.adr(d, 0), .st(.u8, d, .at(d, 1)), .ret, .label(0), .data(.u16, 1)]
    #expect(fault(program)?.kind == .unwritable)
    #expect(fault([.ldLabel(.u32, d, 0), .ret, .label(0), .data(.u16, 1)])?.kind == .unreadable)
    #expect(fault([.ldLabel(.u8, d, 0), .ret, .label(0), .nop])?.kind == .unreadable)
  }

  @Test func isNotExecuted() throws {
    let programs: [[Instruction]] = [
      [.nop, .mark(1), .label(0), .data(.u32, 0)], [.j(0), .label(0), .zeros(4)],
      [.adr(d, 0), .jr(d), .label(0), .dataAddress(0)],
      [.adr(d, 0), .enter(0), .callr(d), .leave, .label(0), .data(.u64, 0)],
    ]
    let instructions = try programs.map { program in
      let found = try #require(fault(program))
      #expect(found.kind == .executedData)
      #expect(found.address != 0)
      return found.instruction
    }
    #expect(instructions == [3, 2, 1, 2])
    #expect(try run([.movi(.result(0), 1), .zeros(0), .ret]) == 1)
  }

  /// What `align` lays down behind data is data: zeros, which are read and not executed. Where nothing is missing to the
  /// alignment there is no gap, behind code there are instructions.
  @Test(arguments: [Target.x86_64, .aarch64]) func gapsBehindItAreData(target: Target) throws {
    let code: [Instruction] = [.movi(.result(0), 7), .ret]
    func run(_ program: [Instruction]) throws -> UInt64 {
      var machine = try Interpreter(program: program, target: target)
      return try machine.run(fuel: 1000)
    }
    let headers: [[Instruction]] = [[.data(.u32, 5)], [.zeros(12)], [.data(.u32, 5), .nops(0)]]
    for header in headers {
      for between in [[], [.mark(3)], [.align(1), .label(2)]] as [[Instruction]] {
        let gap = header + [.label(1)] + between + [.align(64)]
        for program in [[.align(64), .j(1)] + gap + code, [.align(64), .adr(d, 1), .jr(d)] + gap + code] {
          var machine = try Interpreter(program: program, target: target)
          do throws(Fault) {
            _ = try machine.run(fuel: 1000)
            Issue.record("ran through \(program)")
          } catch {
            #expect(error.kind == .executedData && error.address == machine.address(of: 1), "\(program)")
          }
        }
        #expect(try run([.align(64), .ldLabel(.u32, .result(0), 1), .ret] + gap + code) == 0)
        #expect(try run([.align(64), .j(3)] + gap + [.label(3)] + code) == 7)
        #expect(try run([.align(64), .j(1)] + gap.dropLast() + code) == 7, "no gap")
      }
    }
    #expect(
      try run([.align(64), .j(1), .data(.u32, 5), .label(4), .align(4), .nop, .label(1), .align(64)] + code) == 7)
    let cold: [Instruction] = [.align(64), .j(1), .section(.cold), .data(.u32, 5), .label(1), .align(64)] + code
    #expect(throws: Fault.self) { try run(cold) }
  }
}
