import Ejit

/// Divisions, updates of memory, sites, tables and data.
extension FuzzBytes {
  private mutating func operation() -> MemoryOperation { MemoryOperation(rawValue: byte() % 5) ?? .add }
  private mutating func number() -> SiteID { SiteID(UInt32(byte())) }

  mutating func division() -> Instruction {
    let choice = byte()
    let (w, d, e, to) = (width(), register(), register(), label())
    let (a, b, c) = (register(), register(), register())
    let ops: [Instruction] = [
      .sdivmod(width: w, d, e, a, b), .udivmod(width: w, d, e, a, b), .sdivChecked(width: w, d, a, b, to),
      .udivChecked(width: w, d, a, b, to), .sremChecked(width: w, d, a, b, to), .uremChecked(width: w, d, a, b, to),
      .udivWideChecked(width: w, d, e, a, b, c, to), .udivWideUnchecked(width: w, d, e, a, b, c),
    ]
    return ops[Int(choice) % ops.count]
  }

  mutating func update() -> Instruction {
    let choice = byte()
    let (w, d, e, base, at) = (width(), register(), register(), register(), Displacement(displacement()))
    let (memory, operation, address) = (type(), operation(), address())
    let (to, condition, value) = (label(), condition(), value())
    let ops: [Instruction] = [
      .ldPre(memory, d, base, at), .ldPost(memory, d, base, at), .stPre(memory, d, base, at),
      .stPost(memory, d, base, at), .ldPair(width: w, d, e, base, at), .stPair(width: w, d, e, base, at),
      .ldSwapped(memory, d, address), .stSwapped(memory, d, address), .rmw(operation, memory, d, address),
      .rmwi(operation, base, at, Imm64(bits: value), memory),
      .decBranch(condition, base, at, Displacement(Int32(truncatingIfNeeded: value)), to, width: w),
      .prefetch(value & 1 == 0 ? .read : .write, CacheLevel(rawValue: UInt8(value >> 1 & 3)) ?? .l1, address),
    ]
    return ops[Int(choice) % ops.count]
  }

  mutating func site() -> Instruction {
    let choice = byte()
    let (w, a, b, id, to) = (width(), register(), register(), number(), label())
    let (condition, memory, value) = (condition(), type(), value())
    let ops: [Instruction] = [
      .ldLabel(memory, a, to), .adr(a, to), .ldConstant(a, Imm64(bits: value)), .ldPatchable(id, Imm64(bits: value), a),
      .faultSite(id, to), .tableEntry(to), .tableEntry(to), .jumpTable(width: w, a, to), .patchableJump(id, to),
      .patchableCall(id, to), .patchableNop(id), .tailCall(Immediate(bits: value)),
      .guard(width: w, condition, a, b, id, to),
      .guardi(condition, a, Displacement(Int32(truncatingIfNeeded: value)), id, to, width: w),
      .trap(UInt32(truncatingIfNeeded: value)), .unreachable, .breakpoint,
    ]
    return ops[Int(choice) % ops.count]
  }

  mutating func data() -> Instruction {
    let choice = byte()
    let set = RegisterSet((0..<Int(byte() & 7)).map { _ in register() })
    let (to, value, count) = (label(), value(), byte())
    // Mostly small: a program of a few bytes shall not become megabytes of zeros.
    let size = count < 250 ? UInt32(count) : UInt32(truncatingIfNeeded: value & 0x3FFF)
    let ops: [Instruction] = [
      .push(set), .pop(set), .push([.saved(0)]), .pop([.saved(0)]), .nops(size), .nops(size & ~3),
      .section(.hot), .section(.cold), .data(DataType(rawValue: count % 6) ?? .u8, Imm64(bits: value)),
      .dataAddress(to), .zeros(size), .zeros(size & ~3), .align(size), .align(1 << UInt32(count & 15)),
      .raw(Imm64(bits: value), count), .raw(Imm64(bits: value), 4),
    ]
    return ops[Int(choice) % ops.count]
  }
}
