import Ejit

extension Generator {
  /// Elements and counts of arrays, bytes of strings.
  mutating func emitElement() {
    let word = operation.word
    switch word.op {
    case .arrayGet: emitGet()
    case .arraySet: emitSet()
    case .arrayLen, .stringLen:
      let object = integer(word.b, 0, known(word.b).tag ?? .string)
      emit(.ld(.u64, target, .at(object, Int32(Object.countOffset))))
      complete(.int)
    case .stringAt:
      let elements = emitElements(word.b, word.c, .string)
      emit(.ld(.u8, target, .at(elements.base, elements.index)))
      complete(.int)
    default: break
    }
  }

  /// The address of an object's elements and an index that lies within them; what does not leaves the code.
  private mutating func emitElements(_ object: Int, _ index: Int, _ tag: Tag) -> (base: Register, index: Register) {
    let base = integer(object, 0, tag)
    let position = integer(index, 1)
    let exit = slow()
    emit(.branchMem(.ule, base, Displacement(Int32(Object.countOffset)), position, exit, .u64))
    let elements = allocation.registers.temporaries[0]
    emit(.ld(.u64, elements, .at(base, Int32(Object.elementsOffset))))
    return (elements, position)
  }

  private mutating func emitGet() {
    let word = operation.word
    let tag = known(word.b).tag ?? .values
    let elements = emitElements(word.b, word.c, tag)
    switch tag {
    case .ints:
      emit(.ld(.u64, target, .at(elements.base, elements.index, shift: 3)))
      complete(.int)
    case .floats:
      emit(.fld(vectorTarget, .at(elements.base, elements.index, shift: 3)))
      completeFloat()
    default: emitGetValue(elements.base, elements.index)
    }
  }

  /// An element of an array of values: its tag is the one seen before, or goes with it.
  private mutating func emitGetValue(_ elements: Register, _ index: Register) {
    let (base, other) = (allocation.registers.temporaries[0], allocation.registers.temporaries[1])
    emitSlotAddress(elements, index)
    guard let tag = types.value(operation, state)?.tag else {
      guard definition != nil else { return }
      emit(.ldPair(base, other, base, 0))
      emit(.stPair(base, other, Convention.base, Displacement(Int32(live.definedSlot(self.index) * 16))))
      return
    }
    let exit = exit(.elementType, .before)
    emit(.branchMemi(.ne, base, 8, Displacement(Int32(tag.rawValue)), exit, .u64))
    emitCountdown(exit, in: other)
    if tag == .float {
      emit(.fld(vectorTarget, .at(base)))
      completeFloat()
    } else {
      emit(.ld(.u64, target, .at(base)))
      complete(tag)
    }
  }

  /// The address of a value in an array of them, into the first temporary.
  private mutating func emitSlotAddress(_ elements: Register, _ index: Register) {
    let (base, other) = (allocation.registers.temporaries[0], allocation.registers.temporaries[1])
    emit(.shli(other, index, 1))
    emit(.lea(base, .at(elements, other, shift: 3)))
  }

  private mutating func emitSet() {
    let word = operation.word
    let tag = known(word.a).tag ?? .values
    let elements = emitElements(word.a, word.b, tag)
    var address = Address.at(elements.base, elements.index, shift: 3)
    if tag == .values {
      emitSlotAddress(elements.base, elements.index)
      address = .at(elements.base)
      emit(.sti(.u64, elements.base, 8, Imm64((known(word.c).tag ?? .nil).rawValue)))
    }
    if known(word.c).tag == .float {
      let value = float(word.c, 0)
      emit(.fst(value, address))
      return
    }
    if tag != .values, needsTemporary(word.c), elements.index == allocation.registers.temporaries[1] {
      emit(.lea(elements.base, address))
      address = .at(elements.base)
    }
    let value = integer(word.c, 1, known(word.c).tag ?? .int)
    emit(.st(.u64, value, address))
  }

  private func needsTemporary(_ slot: Int) -> Bool {
    if case .register = place(slot) { return false }
    return true
  }
}
