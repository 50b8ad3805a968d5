import Ejit

/// Loads and stores of all kinds, all inside the block or the frame.
extension Generator {
  mutating func memory() {
    let type = decisions.type()
    let size = type.byteCount
    switch decisions.below(20) {
    case 0, 1, 2:
      let address = address(size)
      emit(.ld(type, register(), address))
    case 3, 4, 5:
      let address = address(size)
      emit(.st(type, source(), address))
    case 6:
      let (base, at) = place(size)
      emit(.sti(type, base, at, Imm64(bits: decisions.fitted(size))))
    case 7, 8: update(type)
    case 9, 10: pair()
    case 11:
      let address = address(size)
      emit(.ldSwapped(type, register(), address))
    case 12:
      let address = address(size)
      emit(.stSwapped(type, source(), address))
    case 13:
      let address = address(size)
      emit(.rmw(decisions.operation(), type, source(), address))
    case 14:
      let (base, at) = place(size)
      emit(.rmwi(decisions.operation(), base, at, Imm64(bits: decisions.fitted(size)), type))
    case 15, 16, 17, 18: atomic()
    default:
      let address = address(size)
      // Where the stack is must not be known.
      emit(address.base == .sp ? .ld(type, register(), address) : .lea(width: decisions.width(), register(), address))
    }
  }

  private mutating func update(_ type: MemoryType) {
    let base = register()
    let (at, size) = (decisions.displacement(), type.byteCount)
    let value = decisions.byte() & 1 == 0 ? register(not: base) : self.base
    switch decisions.below(4) {
    case 0: emit(pointing(base, at: offset(size), less: at), .ldPre(type, register(not: base), base, Displacement(at)))
    case 1: emit(pointing(base, at: offset(size), less: 0), .ldPost(type, register(not: base), base, Displacement(at)))
    case 2: emit(pointing(base, at: offset(size), less: at), .stPre(type, value, base, Displacement(at)))
    default: emit(pointing(base, at: offset(size), less: 0), .stPost(type, value, base, Displacement(at)))
    }
  }

  private mutating func pair() {
    let w = decisions.width()
    let (base, at) = place(w.bits / 4)
    let (a, b) = (register(), source())
    emit(
      decisions.byte() & 1 == 0 ? .ldPair(width: w, a, register(not: a), base, at) : .stPair(width: w, a, b, base, at))
  }

  /// An offset in the scratch memory with room for so many bytes.
  mutating func offset(_ size: Int) -> Int {
    let byte = Int(decisions.byte())
    return byte & 3 == 0 ? Block.scratch - size - byte >> 2 : byte
  }

  /// The instruction that makes a register point to an offset in the block, less a displacement.
  func pointing(_ register: Register, at offset: Int, less displacement: Int32) -> Instruction {
    .movi(register, Immediate(bits: block.address(offset) &- UInt64(bitPattern: Int64(displacement))))
  }

  /// Base and displacement of so many bytes. Keeps the flags.
  mutating func place(_ size: Int) -> (Register, Displacement) {
    let offset = offset(size)
    switch decisions.below(4) {
    case 0, 1: return (base, Displacement(Int32(offset)))
    case 2 where frame >= size && activity == .inFrame:
      return (.sp, Displacement(Int32(pushed + decisions.below(frame - size + 1))))
    default:
      let (pointer, at) = (register(), decisions.displacement())
      emit(pointing(pointer, at: offset, less: at))
      return (pointer, Displacement(at))
    }
  }

  /// An address of so many bytes. Keeps the flags.
  mutating func address(_ size: Int) -> Address {
    switch decisions.below(9) {
    case 0, 1, 2:
      let (base, at) = place(size)
      return .at(base, at.value)
    case 3, 4: return indexed(size)
    case 5: return extended(size)
    case 6:
      let (index, shift) = (register(), decisions.below(2))
      emit(.zext8(width: decisions.width(), index, source()))
      return .at(base, index, shift: shift, Int32(decisions.byte()))
    case 7 where activity == .inFrame && frame >= 16:
      let index = register()
      emit(.movi(index, Immediate(decisions.below(4))))
      return .at(.sp, index, shift: 1, Int32(pushed))
    default: return .absolute(block.address(offset(size)))
    }
  }

  private mutating func indexed(_ size: Int) -> Address {
    let index = register()
    let pointer = register(not: index)
    let (value, shift, at) = (decisions.value(), decisions.below(4), decisions.displacement())
    emit(.movi(index, Immediate(bits: value)))
    emit(.movi(pointer, Immediate(bits: start(offset(size), value << UInt64(shift), at))))
    return .at(pointer, index, shift: shift, at)
  }

  private mutating func extended(_ size: Int) -> Address {
    let index = register()
    let pointer = register(not: index)
    let (value, shift, at) = (decisions.value(), decisions.below(4), decisions.displacement())
    let signedness = decisions.signedness()
    let low = UInt32(truncatingIfNeeded: value)
    let wide = signedness == .signed ? UInt64(bitPattern: Int64(Int32(bitPattern: low))) : UInt64(low)
    emit(.movi(index, Immediate(bits: value)))
    emit(.movi(pointer, Immediate(bits: start(offset(size), wide << UInt64(shift), at))))
    return .at(pointer, signedness, index, shift: shift, at)
  }

  /// What, with index and displacement added, is the address of this offset.
  private func start(_ offset: Int, _ index: UInt64, _ displacement: Int32) -> UInt64 {
    block.address(offset) &- index &- UInt64(bitPattern: Int64(displacement))
  }
}
