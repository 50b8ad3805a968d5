import Ejit
import EjitText

/// Control ops, each in programs that are legal.
extension Listing {
  mutating func addControl(_ op: Mnemonic) {
    let address = Address.at(high[1], high[2], shift: 3, 8)
    switch op {
    case .label, .entry, .mark, .subroutine, .fastRet:
      let here: Instruction =
        switch op {
        case .label: .label(1)
        case .entry: .entry(1)
        case .mark: .mark(7)
        case .subroutine: .subroutine
        default: .fastRet
        }
      list(op == .fastRet ? [.subroutine] : [], here)
    case .nop: list(.nop)
    case .ret: list(.ret)
    case .j: both { .j($0) }
    case .jr: for r in high + low { list(.jr(r)) }
    case .jm: for m in [address, .at(low[0]), .absolute(0x1234_5678_9ABC)] { list(.jm(m)) }
    case .call: for bits: Int64 in [0x1234, 0x1234_5678_9ABC] { list([.enter(0)], .call(Immediate(bits))) }
    case .callr: for r in high + low { list([.enter(0)], .callr(r)) }
    case .callm: for m in [address, .at(low[0], 300)] { list([.enter(0)], .callm(m)) }
    case .fastCall: both(in: [.enter(0)]) { .fastCall($0) }
    case .enter: for enter in frames { list(enter) }
    case .leave: for enter in frames { list([enter], .leave) }
    case _: addRare(op)
    }
  }

  /// Control ops of the pool, tables, sites, sections and data.
  private mutating func addRare(_ op: Mnemonic) {
    switch op {
    case .push: for set in pushed { list([.enter(0)], .push(set)) }
    case .pop: for set in pushed { list([.enter(0), .push(set)], .pop(set)) }
    case .ldLabel: for type in MemoryType.allCases { both { [r = high[3]] in .ldLabel(type, r, $0) } }
    case .fldLabel:
      for w in Width.allCases { both { .fldLabel(width: w, VectorRegister(w == .w64 ? 12 : 9), $0) } }
    case .adr: for r in high + low { both { .adr(r, $0) } }
    case .ldPatchable: for bits: Imm64 in [0, -1, 0x1234_5678_9ABC_DEF0] { list(.ldPatchable(9, bits, high[0])) }
    case .faultSite: list(.faultSite(9, 0), [.ld(.u32, high[0], .at(high[1], 8))], [.label(0)])
    case .tableEntry: list([], .tableEntry(0), [.jumpTable(high[2], 0)], [.label(0)])
    case .jumpTable:
      for (r, w) in [(high[0], Width.w64), (low[0], .w32), (low[3], .w64)] {
        list([.tableEntry(0), .tableEntry(0), .tableEntry(0)], .jumpTable(width: w, r, 0), [], [.label(0)])
      }
    case .patchableJump: both { .patchableJump(9, $0) }
    case .patchableCall: both(in: [.enter(0)]) { .patchableCall(9, $0) }
    case .patchableNop: list(.patchableNop(9))
    case .tailCall: for bits: Int64 in [0x1234, 0x1234_5678_9ABC] { list(.tailCall(Immediate(bits))) }
    case .guard:
      for width in Width.allCases {
        list([], .guard(width: width, .ule, high[0], high[1], 0x1_2345, 0), [], [.label(0)])
      }
    case .guardi:
      for value: Displacement in [0, 1, -1, 127, 128, -128, -129, 4095, 4097, .init(.max), .init(.min)] {
        list([], .guardi(.sgt, high[0], value, 0x1_2345, 0), [], [.label(0)])
        list([], .guardi(.eq, high[0], value, 0x1_2345, 0, width: .w32), [], [.label(0)])
      }
    case .trap: for code: UInt32 in [0, 0x1234_5678] { list(.trap(code)) }
    case .unreachable: list(.unreachable)
    case .breakpoint: list(.breakpoint)
    case .nops: for bytes: UInt32 in target.architecture == .x86_64 ? Array(0...20) : [0, 4, 20] { list(.nops(bytes)) }
    case .section: list(.section(.hot))
    case .data:
      for type in DataType.allCases {
        list(.data(type, Imm64(bits: 0x8182_8384_8586_8788 >> UInt64(64 - 8 * type.byteCount))))
      }
    case .dataAddress: both { .dataAddress($0) }
    case .zeros: list(.zeros(12))
    case .align: for bytes: UInt32 in [1, 4, 8, 16, 64] { list([.nop], .align(bytes)) }
    case .raw: for (bits, count) in rawInstructions { list(.raw(bits, count)) }
    case .pass: list([.enter(0)], .pass(.s16, high[0]), [.call(0x1234)], [])
    case .passi:
      list([.enter(0)], .passi(.u64, 0x1234_5678_9ABC), [.call(0x1234)], [])
      // Written in the range of the other sign.
      list([.enter(0)], .passi(.s8, 0x85), [.call(0x1234)], [])
      list([.enter(0)], .passi(.u16, -2), [.call(0x1234)], [])
    case .fpass: list([.enter(0)], .fpass(VectorRegister(12)), [.call(0x1234)], [])
    case .variadic: list([.enter(0)], .variadic, [.fpass(VectorRegister(12)), .call(0x1234)], [])
    case .keep: list([.enter(0)], .keep([Register(3), .temporary(0)]), [.call(0x1234)], [])
    case .fkeep: list([.enter(0)], .fkeep(VectorRegister(7)), [.call(0x1234)], [])
    case .ldArgument: for type in MemoryType.allCases { list([.enter(0)], .ldArgument(type, high[1], 300)) }
    case .fldArgument: for w in Width.allCases { list([.enter(64)], .fldArgument(width: w, VectorRegister(9), 5)) }
    case _: preconditionFailure("no control op")
    }
  }

  private mutating func list(_ instruction: Instruction) { list([], instruction) }

  private mutating func list(_ before: [Instruction], _ instruction: Instruction) {
    items.append(ListedInstruction(before, instruction, []))
  }

  /// With what must follow at once, and what comes after.
  private mutating func list(_ instruction: Instruction, _ trail: [Instruction], _ after: [Instruction]) {
    items.append(ListedInstruction([], instruction, trail: trail, after))
  }

  private mutating func list(_ lead: [Instruction], _ op: Instruction, _ trail: [Instruction], _ after: [Instruction]) {
    items.append(ListedInstruction([], lead: lead, op, trail: trail, after))
  }

  /// With its label behind, and with its label in front.
  private mutating func both(in before: [Instruction] = [], _ make: (Label) -> Instruction) {
    items.append(ListedInstruction(before, make(0), [.label(0)]))
    items.append(ListedInstruction(before + [.label(0)], make(0), []))
  }

  /// One, an even and an odd number of registers, and most.
  private var pushed: [RegisterSet] {
    let lowest = Register(0)
    return [[high[0]], [lowest, high[2]], [low[2], high[0], high[1]], RegisterSet(high + low.dropFirst() + [lowest])]
  }

  /// In the encoding of the target: one that does nothing, and one that computes.
  private var rawInstructions: [(Imm64, UInt8)] {
    switch target.architecture {
    case .x86_64: [(0x90, 1), (0xC8_0149, 3), (0x12_3456_78C1_C748, 7)]
    case .aarch64: [(0xD503_201F, 4), (Imm64(bits: 0x8B0B_0149_D503_201F), 8)]
    }
  }

  private var frames: [Instruction] {
    let saved = (0..<5).map { Register.saved($0) }
    return [
      .enter(0), .enter(1), .enter(16), .enter(112), .enter(4096), .enter(0, saving: [saved[0]]),
      .enter(0, saving: [saved[0], saved[1]]), .enter(40, saving: RegisterSet(saved)),
      .enter(4096, saving: RegisterSet(saved)), .enter(4112), .enter(8192, saving: [saved[0]]), .enter(16384),
      .enter(1 << 20), .enter(1 << 24, saving: RegisterSet(saved)),
    ]
      + (target.abi.savedVectors.isEmpty
        ? [] : [.enter(16, vectors: 3), .enter(0, saving: RegisterSet(saved), vectors: 8)])
  }
}
