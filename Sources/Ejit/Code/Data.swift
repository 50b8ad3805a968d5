/// Bytes among the code, gaps, and places that are recorded: the same for every machine.
extension Emission {
  /// `section`: what follows is added there.
  mutating func begin(_ section: CodeSection) {
    enter(section)
    makeRoom(0)
    if section == .cold, let bridge {
      let distance = code.count - bridge
      switch target.architecture {
      case .x86_64: code[word: bridge] = Fixup.Form.rel32.bits(for: distance) ?? 0
      case .aarch64: code[word: bridge] = .b | (Fixup.Form.imm26.bits(for: distance) ?? 0)
      }
      self.bridge = nil
    }
  }

  /// Enters the cold section to add a stub, which only a jump leads to: cold code that comes later is reached across it
  /// from that before.
  mutating func beginStub() {
    enter(.cold)
    makeRoom(0)
    if bridge != nil { return }
    if target.architecture == .x86_64 { code.emit8(0xE9) }
    bridge = code.count
    code.emit32(target.architecture == .x86_64 ? 0 : .b)
  }

  /// The low bytes of `value`.
  mutating func data(_ type: DataType, _ value: Imm64) throws(Refusal) {
    try value.check(bits: 8 * type.byteCount)
    code.reserve(8)
    openDataRun()
    code.emit(value.bits, length: type.byteCount)
    endData()
  }

  mutating func dataAddress(of label: Label) {
    openDataRun()
    addresses.append(
      AddressSite(place: place, label: label.number, instruction: UInt32(truncatingIfNeeded: index)))
    code.emit64(0)
    endData()
  }

  mutating func zeros(_ count: UInt32) throws(Refusal) {
    guard count <= 1 << 24 else { throw .immediate(Int64(count)) }
    if count == 0 { return }  // code stays code
    makeRoom(Int(count))
    openDataRun()
    code.fill(0, Int(count))
    endData()
  }

  /// Behind data zeros, else the target's instructions that do nothing.
  mutating func align(_ bytes: UInt32) throws(Refusal) {
    guard bytes.nonzeroBitCount == 1, bytes <= 4096 else { throw .immediate(Int64(bytes)) }
    align(to: Int(bytes))
    makeRoom(Int(bytes))
    let gap = -code.count & (Int(bytes) - 1)
    if isBehindData {
      code.fill(0, gap)
      endData()
    } else {
      nops(gap)
      openDataRun()
    }
    dataRun.alignment = max(dataRun.alignment, Int(bytes))
  }

  /// `bytes` bytes of instructions that do nothing.
  mutating func nops(_ bytes: UInt32) throws(Refusal) {
    guard bytes <= 4096, Int(bytes) % target.instructionAlignment == 0 else { throw .immediate(Int64(bytes)) }
    makeRoom(Int(bytes))
    nops(Int(bytes))
  }

  private mutating func nops(_ bytes: Int) {
    switch target.architecture {
    case .x86_64: X86_64.nops(bytes, into: &self)
    case .aarch64: AArch64.nops(bytes, into: &self)
    }
  }

  mutating func raw(_ bytes: Imm64, _ count: UInt8) throws(Refusal) {
    guard (1...8).contains(count), Int(count) % target.instructionAlignment == 0 else { throw .immediate(Int64(count)) }
    code.emit(bytes.bits, length: Int(count))
  }

  /// The code must begin at a multiple of `bytes`, so that what is aligned in it stays so.
  mutating func align(to bytes: Int) { alignment = max(alignment, bytes) }

  /// Makes room for more bytes than one instruction takes, and for what follows in the piece that is being lowered.
  private mutating func makeRoom(_ bytes: Int) {
    switch target.architecture {
    case .x86_64: code.reserve(bytes + 256 * 16 + X86_64.maximumBytes)
    case .aarch64: AArch64.makeWay(bytes, into: &self)
    }
  }

  /// Data ends here. Where no instruction can begin, only more data may follow.
  private mutating func endData() {
    dataRun.end = code.count
    run = code.count % target.instructionAlignment == 0 ? .none : .data
  }

  mutating func addPatchSite(_ id: SiteID, _ kind: PatchSite.Kind) {
    sites.patches.append(PatchSite(id: id.number, offset: UInt32(truncatingIfNeeded: code.count), kind: kind))
  }

  mutating func faultSite(_ id: SiteID, _ recovery: Label) { run = .site(id, recovery) }

  mutating func trap(_ code: UInt32) { sites.traps.append(code, at: UInt32(truncatingIfNeeded: self.code.count)) }

  /// `tableEntry`: the first one begins a table.
  mutating func tableEntry(_ target: Label) {
    let table: UInt32
    if case .table(let open) = run { table = open } else { table = tail.beginTable() }
    tail.addEntry(to: table, target, size: self.target.tableEntrySize, instruction: index)
    run = .table(table)
  }

  /// `jumpTable`: where the entries before it begin in the tail.
  mutating func closeTable() throws(Refusal) -> UInt32 {
    guard case .table(let table) = run else { throw Refusal(.malformedRun) }
    run = .none
    return table
  }
}
