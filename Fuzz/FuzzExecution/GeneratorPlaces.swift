import Ejit

/// Addresses of code and data, which no register keeps, data, and places that may fault.
extension Generator {
  /// Data to be laid down, and its label.
  struct PendingData {
    let label: Label
    let content: [Instruction]
  }

  /// A jump to an address.
  mutating func codeAddress() {
    let (pointer, target, data) = (register(), newLabel(), newLabel())
    let choice = decisions.below(3)
    if choice > 0 { pendingData.append(PendingData(label: data, content: [.dataAddress(target)])) }
    switch choice {
    case 0: emit(.adr(pointer, target), .jr(pointer))
    case 1: emit(.ldLabel(.u64, pointer, data), .jr(pointer))
    default:
      let at = decisions.displacement()
      let back = Immediate(bits: UInt64(bitPattern: Int64(at)))
      emit(.adr(pointer, data), .subi(pointer, pointer, back), .jm(.at(pointer, at)))
    }
    if decisions.byte() & 1 == 0 { emit(.unreachable) }
    emit(.label(target))
    define(pointer)
  }

  /// A load of data that lies among the code.
  mutating func readData() {
    let (data, type) = (newLabel(), decisions.type())
    var content: [Instruction] = []
    if decisions.byte() & 1 == 0 { content.append(.align(1 << UInt32(decisions.below(6)))) }
    let kinds: [DataType] = [.u8, .u16, .u32, .u64, .f32, .f64]
    var before = 0
    for _ in 0..<decisions.below(3) {
      let kind = decisions.pick(kinds)
      before += kind.byteCount
      content.append(.data(kind, Imm64(bits: decisions.fitted(kind.byteCount))))
    }
    content.append(.data(.u64, Imm64(bits: decisions.value())))
    if decisions.byte() & 3 == 0 { content.append(.zeros(UInt32(decisions.below(20)))) }
    pendingData.append(PendingData(label: data, content: content))
    load(type, data, before: before)
  }

  private mutating func load(_ type: MemoryType, _ data: Label, before: Int) {
    let pointer = register()
    let d = register()
    if decisions.byte() & 1 == 0 { return emit(.ldLabel(type, d, data)) }
    let at = decisions.below(before + 9 - type.byteCount)
    emit(.adr(pointer, data), .ld(type, d, .at(pointer, Int32(at))))
    if !same(pointer, d) { define(pointer) }
  }

  /// Lays down the data that is awaited.
  mutating func layData() {
    for data in pendingData {
      // The label is that of the first value: alignment goes before.
      let isAligned = if case .align = data.content[0] { true } else { false }
      if isAligned { emit(data.content[0]) }
      emit(.label(data.label))
      program += data.content.dropFirst(isAligned ? 1 : 0)
    }
    if !pendingData.isEmpty { emit(.align(8)) }
    pendingData = []
  }

  private static let nowhere: [UInt64] = [64, 0xFFFF_FFFF_FFFF_F000, 0x4141_4141_4141_4141, 0x8000_0000_0000_0000]

  /// An access that is guarded, and that faults where faults are caught.
  mutating func faultSite() {
    let faults = host != nil && decisions.byte() & 3 == 0
    let (pointer, type, at) = (register(), decisions.type(), Displacement(Int32(decisions.byte())))
    let (d, recovery) = (register(not: pointer), newLabel())
    let address = faults ? decisions.pick(Generator.nowhere) : block.address(0)
    emit(.movi(pointer, Immediate(bits: address)), .faultSite(SiteID(UInt32(program.count)), recovery))
    emit(guarded(pointer, d, type, at, isStop: faults))
    emit(.label(recovery))
    define(d)
  }

  private mutating func guarded(
    _ base: Register, _ d: Register, _ type: MemoryType, _ at: Displacement, isStop: Bool
  ) -> Instruction {
    if decisions.byte() & 3 == 0 { return guardedFloat(base, at) }
    let (w, value) = (decisions.width(), Imm64(bits: decisions.fitted(type.byteCount)))
    switch decisions.below(isStop ? 20 : 16) {
    case 0, 1: return .ld(type, d, .at(base, at.value))
    case 2: return .st(type, d, .at(base, at.value))
    case 3: return .sti(type, base, at, value)
    case 4: return .ldPre(type, d, base, at)
    case 5: return .ldPost(type, d, base, at)
    case 6: return .stPre(type, d, base, at)
    case 7: return .stPost(type, d, base, at)
    case 8: return .stPair(width: w, d, source(), base, at)
    case 9: return .ldSwapped(type, d, .at(base, at.value))
    case 10: return .stSwapped(type, d, .at(base, at.value))
    case 11: return .rmw(decisions.operation(), type, d, .at(base, at.value))
    case 12: return .rmwi(decisions.operation(), base, at, value, type)
    case 13: return .branchMem(decisions.ordering(), base, at, d, forward(), type)
    case 14: return .branchMemi(decisions.ordering(), base, at, 7, forward(), type)
    case 15: return .decBranch(decisions.ofTest(), base, at, 1, forward(), width: w)
    case 16: return .jm(.at(base, at.value))
    case 17: return .trap(UInt32(program.count))
    case 18: return .unreachable
    default: return .breakpoint
    }
  }
}
