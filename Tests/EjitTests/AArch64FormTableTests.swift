import Testing

@testable import Ejit

/// What `append` makes of hot ops by sums is what the lowering makes of them row by row.
@Suite struct AArch64FormTableTests {
  /// Bytes, or the error.
  private enum Outcome: Equatable {
    case code([UInt8])
    case refused(EjitError)
  }

  private static func lowered(_ program: [Instruction], _ e: inout Emission) -> Outcome {
    e.reset()
    do throws(EjitError) {
      for instruction in program { try e.lower(instruction, by: AArch64.lower) }
    } catch { return .refused(error) }
    return .code(e.code.withBytes { code in code.withUnsafeBytes { [UInt8]($0) } })
  }

  private static func appended(_ program: [Instruction], _ assembler: inout Assembler) -> Outcome {
    do throws(EjitError) { try assembler.assemble(program.span) } catch { return .refused(error) }
    return .code(assembler.copyCode())
  }

  /// Registers by number and role, `sp`, and what names none.
  private static let registers: [Register] =
    (0..<33).map { Register($0) } + (0..<9).map { .argument($0) } + (0..<3).map { .result($0) }
    + (0..<11).map { .saved($0) } + (0..<9).map { .temporary($0) } + [.sp, Register(63), Register(rawValue: 0xFF)]

  private static let values: [Int64] = {
    var values: Set<Int64> = [.min, .max, 0x1234_5678_9ABC_DEF0, -0x1234_5678_9ABC_DEF0]
    for power in 0..<63 {
      for near: Int64 in -2...2 { values.formUnion([1 << Int64(power) + near, -(1 << Int64(power)) + near]) }
    }
    for step in 0..<700 { values.formUnion([Int64(step * 97 % 70_000), Int64(-step * 97 % 70_000), Int64(step)]) }
    for step in -300..<0 { values.insert(Int64(step)) }
    for size: Int64 in 0..<4 { for near: Int64 in -9...9 { values.insert(4095 << size + near) } }
    return values.sorted()
  }()

  /// Every op of the table with every register in every place, and every kind of immediate.
  private static func instructions(_ visit: (Instruction) -> Void) {
    let (a, b, c) = (Register(9), Register(21), Register(12))
    for w in Width.allCases {
      let three: [(Register, Register, Register) -> Instruction] = [
        { .add(width: w, $0, $1, $2) }, { .sub(width: w, $0, $1, $2) }, { .and(width: w, $0, $1, $2) },
        { .or(width: w, $0, $1, $2) }, { .xor(width: w, $0, $1, $2) }, { .mul(width: w, $0, $1, $2) },
        { .andn(width: w, $0, $1, $2) }, { .orn(width: w, $0, $1, $2) }, { .xnor(width: w, $0, $1, $2) },
        { .shl(width: w, $0, $1, $2) }, { .shr(width: w, $0, $1, $2) }, { .sar(width: w, $0, $1, $2) },
        { .rotr(width: w, $0, $1, $2) }, { .addFlags(width: w, $0, $1, $2) }, { .subFlags(width: w, $0, $1, $2) },
        { .lea(width: w, $0, .at($1, $2)) }, { .lea(width: w, $0, .at($1, $2, shift: 3)) },
        { .lea(width: w, $0, .at($1, $2, shift: 1, 8)) },
      ]
      let two: [(Register, Register) -> Instruction] = [
        { .mov(width: w, $0, $1) }, { .not(width: w, $0, $1) }, { .neg(width: w, $0, $1) },
        { .clz(width: w, $0, $1) }, { .bswap(width: w, $0, $1) }, { .sext8(width: w, $0, $1) },
        { .sext16(width: w, $0, $1) }, { .sext32(width: w, $0, $1) }, { .zext8(width: w, $0, $1) },
        { .zext16(width: w, $0, $1) }, { .zext32(width: w, $0, $1) }, { .cmp(width: w, $0, $1) },
        { .test(width: w, $0, $1) }, { .addi(width: w, $0, $1, 48) }, { .subi(width: w, $0, $1, -48) },
        { .lea(width: w, $0, .at($1, 16)) }, { .shli(width: w, $0, $1, 3) },
      ]
      for r in registers {
        for op in three { for i in [op(r, b, c), op(a, r, c), op(a, b, r), op(r, r, r)] { visit(i) } }
        for op in two { for i in [op(r, b), op(a, r), op(r, r)] { visit(i) } }
        visit(.movi(width: w, r, 7))
        visit(.cmpi(width: w, r, 7))
      }
      for value in values {
        let immediate = Immediate(value)
        for i: Instruction in [
          .movi(width: w, a, immediate), .addi(width: w, a, b, immediate), .subi(width: w, a, b, immediate),
          .addiFlags(width: w, a, b, immediate), .subiFlags(width: w, a, b, immediate),
          .cmpi(width: w, b, immediate), .shli(width: w, a, b, immediate), .shri(width: w, a, b, immediate),
          .sari(width: w, a, b, immediate), .lea(width: w, a, .absolute(immediate.bits)),
        ] { visit(i) }
        if let near = Int32(exactly: value) {
          visit(.lea(width: w, a, .at(b, near)))
          visit(.lea(width: w, a, .at(b, c, shift: 2, near)))
        }
      }
    }
    for type in MemoryType.allCases { accesses(type, visit) }
    for i: Instruction in [.ret, .nop] { visit(i) }
  }

  private static func accesses(_ type: MemoryType, _ visit: (Instruction) -> Void) {
    let (a, b, c) = (Register(9), Register(21), Register(12))
    func both(_ d: Register, _ address: Address) {
      visit(.ld(type, d, address))
      visit(.st(type, d, address))
    }
    for r in registers {
      both(r, .at(b, 16))
      both(a, .at(r, 16))
      both(a, .at(r, 1001))
      for shift in -1..<5 {
        both(r, .at(b, c, shift: shift))
        both(a, .at(r, c, shift: shift))
        both(a, .at(b, r, shift: shift))
        both(a, .at(r, r, shift: shift, 24))
      }
    }
    for value in values {
      if let near = Int32(exactly: value) {
        both(a, .at(b, near))
        both(a, .at(.sp, near))
        for shift in 0..<4 { both(a, .at(b, c, shift: shift, near)) }
      }
      both(a, .absolute(UInt64(bitPattern: value)))
    }
  }

  @Test func givesTheBytesAndErrorsOfTheLowering() {
    var e = Emission(target: .aarch64, features: .baseline)
    var assembler = Assembler(target: .aarch64, features: .baseline)
    var count = 0
    AArch64FormTableTests.instructions { instruction in
      for program in [[instruction], [.enter(0), instruction]] {
        let expected = AArch64FormTableTests.lowered(program, &e)
        if AArch64FormTableTests.appended(program, &assembler) != expected { Issue.record("\(instruction)") }
        count += 1
      }
    }
    #expect(count > 100_000)
  }

  @Test func holdsTheHotOps() {
    let table = AArch64FormTable.shared
    let (a, b) = (Register(8), Register(9))
    for i: Instruction in [.add(a, a, b), .addi(a, b, -8), .movi(a, 5), .ld(.u64, a, .at(b, 8)), .cmpi(a, 9), .ret] {
      let row = table.rows[i.caseByte * 16 + Int(i.halves.low & 15)]
      let byte12 = UInt32(truncatingIfNeeded: i.halves.high >> 32)
      #expect(table.forms[Int(row.forms + byte12 & row.sizes)].length == 4, "\(i)")
    }
  }
}
