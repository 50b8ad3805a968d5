/// What leads to places in the code: loads from labels, tables, guards.
extension AArch64 {
  /// LDR (literal) where the instruction set has it; else through the address.
  static func loadLabel(_ type: MemoryType, _ d: X, _ label: Label, into e: inout Emission) {
    switch type {
    case .u32: literal(opc: 0, d, to: .label, label.number, into: &e)
    case .u64, .s64: literal(opc: 1, d, to: .label, label.number, into: &e)
    case .s32: literal(opc: 2, d, to: .label, label.number, into: &e)
    case .u8, .u16, .s8, .s16:
      address(.x16, of: label, into: &e)
      e.code.emit32(.access(.load(type), d, .x16, .scaled(imm12: 0)))
    }
  }

  /// A word of 64 bits in the tail.
  static func loadTail(_ d: X, _ offset: UInt32, into e: inout Emission) {
    literal(opc: 1, d, to: .tail, offset, into: &e)
  }

  static func literal(
    opc: UInt32, isVector: Bool = false, _ d: X, to kind: Fixup.Kind, _ target: UInt32, into e: inout Emission
  ) {
    e.addFixup(.literal19, to: kind, target, at: e.code.count)
    e.code.emit32(.literal(opc: opc, isVector: isVector, d))
  }

  static func address(_ d: X, of label: Label, into e: inout Emission) {
    e.addFixup(.address21, to: label, at: e.code.count)
    e.code.emit32(.adr(d))
  }

  /// An instruction that does not reach its label from `hole`, or whose label lies in the middle of a word, is done at
  /// the end of the code, where it has room: it becomes a branch there, and the code there branches back.
  static func addVeneer(from hole: Int, to target: Int, _ e: inout Emission) {
    let word = e.code[word: hole]
    let d = X(number: UInt8(word & 31))
    e.code.reserve(64)
    let start = e.code.count
    e.code[word: hole] = .b | (Fixup.Form.imm26.bits(for: start - hole) ?? 0)
    e.code.emit32(.adr(.x16))  // of itself
    move(.x17, UInt64(bitPattern: Int64(target - start)), into: &e)
    if word >> 24 & 0x1F == 0b10000 {  // ADR
      e.code.emit32(.addSub(.add, .w64, d, .x16, .x17))
    } else if word >> 26 & 1 == 1 {  // of a floating-point register
      e.code.emit32(.access(.load(word >> 30 == 0 ? .w32 : .w64), d, .x16, .x17, scaled: false))
    } else {
      let type: MemoryType = word >> 30 == 0 ? .u32 : word >> 30 == 1 ? .u64 : .s32
      e.code.emit32(.access(.load(type), d, .x16, .x17, scaled: false))
    }
    e.code.emit32(.b | (Fixup.Form.imm26.bits(for: hole + 4 - e.code.count) ?? 0))
  }

  /// The entry's distance from the table is added to the table's address.
  static func jumpTable(
    _ w: Width, _ index: Register, _ otherwise: Label, into e: inout Emission
  ) throws(Refusal) {
    let table = try e.closeTable()
    let count = UInt64((e.tail.bytes.count - Int(table)) / 4)
    let index = try e.x(index)
    addFlags(.subs, w, .zr, index, count, into: &e)
    try branch(.b(.hs), .imm19, to: otherwise, into: &e)
    e.addFixup(.address21, to: .tail, table, at: e.code.count)
    e.code.emit32(.adr(.x16))
    e.code.emit32(.access(.load(.s32), .x17, .x16, index, w == .w32 ? .uxtw : .uxtx, scaled: true))
    e.code.emit32(.addSub(.add, .w64, .x16, .x16, .x17))
    e.code.emit32(.br(.x16))
  }

  static func tailCall(_ target: UInt64, into e: inout Emission) throws(Refusal) {
    try e.frame.ret()
    let start = e.code.count
    move(.x16, target, into: &e)
    e.code.emit32(.br(.x16))
    e.addCall(to: target, from: start, isJump: true)
  }

  /// The comparison is done: to `handler` by way of a stub that says which guard it was, in the cold section; inside of
  /// that, across it.
  static func leave(
    unless condition: ConditionCode, _ id: SiteID, _ handler: Label, into e: inout Emission
  ) throws(Refusal) {
    let temporary = X(number: e.registers[.temporary(0)])
    if e.section == .cold {
      let start = e.code.count
      e.code.emit32(.b(condition))
      move(temporary, UInt64(id.number), into: &e)
      try branch(.b, to: handler, into: &e)
      e.code[word: start] |= Fixup.Form.imm19.bits(for: e.code.count - start) ?? 0
      return
    }
    e.beginStub()
    let stub = e.place
    move(temporary, UInt64(id.number), into: &e)
    try branch(.b, to: handler, into: &e)
    e.enter(.hot)
    e.addShortFixup(.imm19, to: .place, stub, at: e.code.count)
    e.code.emit32(.b(condition.inverted))
  }

  /// `bytes` bytes, a multiple of 4, of instructions that do nothing; a rest that is no whole one, behind data, zeros.
  static func nops(_ bytes: Int, into e: inout Emission) {
    for _ in 0..<bytes / 4 { e.code.emit32(.nop) }
  }
}
