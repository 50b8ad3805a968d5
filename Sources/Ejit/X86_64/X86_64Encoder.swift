/// The shapes of x86-64 instructions: prefixes, opcode, ModRM, SIB, displacement. SDM vol. 2, chapter 2.
extension CodeBuffer {
  /// Opcode bytes behind the prefixes. SDM vol. 2, §2.1.2: the two-byte opcodes have 0F in front, the three-byte ones
  /// 0F 38 or 0F 3A.
  struct Opcode {
    /// Raw value: `mmmmm` of VEX. SDM vol. 2, §2.3.6.1.
    enum Map: UInt8 { case one = 0, two = 1, three38 = 2, three3A = 3 }

    let byte: UInt8
    let map: Map
    /// 66, F2 or F3 in front of REX; 0: none.
    let prefix: UInt8
    /// Whether F0 stands behind that: LOCK.
    var isLocked = false

    static func one(_ byte: UInt8, prefix: UInt8 = 0) -> Opcode {
      Opcode(byte: byte, map: .one, prefix: prefix)
    }
    static func two(_ byte: UInt8, prefix: UInt8 = 0) -> Opcode {
      Opcode(byte: byte, map: .two, prefix: prefix)
    }
    static func three38(_ byte: UInt8, prefix: UInt8 = 0) -> Opcode {
      Opcode(byte: byte, map: .three38, prefix: prefix)
    }
    static func three3A(_ byte: UInt8, prefix: UInt8 = 0) -> Opcode {
      Opcode(byte: byte, map: .three3A, prefix: prefix)
    }

    /// The prefix as VEX has it. SDM vol. 2, §2.3.6.2.
    var pp: UInt8 {
      switch prefix {
      case 0x66: 0b01
      case 0xF3: 0b10
      case 0xF2: 0b11
      case _: 0b00
      }
    }

    /// The same behind LOCK. SDM vol. 2, LOCK.
    var locked: Opcode {
      var copy = self
      copy.isLocked = true
      return copy
    }
  }

  /// Prefixes and opcode. REX is `0100 W R X B`, left out if all are zero and no byte register asks for it.
  /// SDM vol. 2, §2.2.1.
  mutating func prefixes(
    _ w: Width, _ opcode: Opcode, r: UInt8, x: UInt8, b: UInt8, byteREX: Bool
  ) {
    if opcode.prefix != 0 { emit8(opcode.prefix) }
    if opcode.isLocked { emit8(0xF0) }
    let wide: UInt8 = w == .w64 ? 0b1000 : 0
    let rex: UInt8 = wide | r << 2 | x << 1 | b
    if rex != 0 || byteREX { emit8(0x40 | rex) }
    if opcode.map != .one { emit8(0x0F) }
    if opcode.map == .three38 { emit8(0x38) }
    if opcode.map == .three3A { emit8(0x3A) }
    emit8(opcode.byte)
  }

  /// `op reg, rm` with registers; `byteREX` where one of them is used as a byte that only REX can name.
  mutating func instruction(_ w: Width, _ opcode: Opcode, reg: GPR, rm: GPR, byteREX: Bool = false) {
    prefixes(w, opcode, r: reg.high, x: 0, b: rm.high, byteREX: byteREX)
    modRM(mod: 0b11, reg: reg.low, rm: rm.low)
  }

  /// `op /extension rm` with a register.
  mutating func instruction(_ w: Width, _ opcode: Opcode, extension row: UInt8, rm: GPR, byteREX: Bool = false) {
    prefixes(w, opcode, r: 0, x: 0, b: rm.high, byteREX: byteREX)
    modRM(mod: 0b11, reg: row, rm: rm.low)
  }

  /// `op reg, memory`, either direction; `reg` may be an opcode extension.
  mutating func instruction(_ w: Width, _ opcode: Opcode, reg: GPR, memory: Memory, byteREX: Bool = false) {
    prefixes(
      w, opcode, r: reg.high, x: memory.index?.high ?? 0, b: memory.base?.high ?? 0, byteREX: byteREX)
    modRM(reg: reg.low, memory: memory)
  }

  /// `op /extension memory`.
  mutating func instruction(_ w: Width, _ opcode: Opcode, extension row: UInt8, memory: Memory) {
    instruction(w, opcode, reg: GPR(number: row), memory: memory)
  }

  private mutating func modRM(mod: UInt8, reg: UInt8, rm: UInt8) { emit8(mod << 6 | reg << 3 | rm) }

  /// ModRM, SIB and displacement of a memory operand, in the shortest form. SDM vol. 2, tables 2-2 and 2-3.
  private mutating func modRM(reg: UInt8, memory: Memory) {
    if memory.isRelative {  // mod 00, rm 101: from the next instruction. SDM vol. 2, §2.2.1.6
      modRM(mod: 0b00, reg: reg, rm: 0b101)
      return emit32(UInt32(bitPattern: memory.displacement))
    }
    guard let base = memory.base else {  // mod 00, SIB without base and index: the displacement alone
      modRM(mod: 0b00, reg: reg, rm: 0b100)
      emit8(0b00_100_101)
      return emit32(UInt32(bitPattern: memory.displacement))
    }
    let byte = Int8(exactly: memory.displacement)
    let needsNone = memory.displacement == 0 && base.low != GPR.rbp.low  // mod 00, rm 101 would be rip
    let mod: UInt8 = needsNone ? 0b00 : byte != nil ? 0b01 : 0b10
    if let index = memory.index {
      modRM(mod: mod, reg: reg, rm: 0b100)
      emit8(memory.shift << 6 | index.low << 3 | base.low)
    } else {
      modRM(mod: mod, reg: reg, rm: base.low)
      if base.low == GPR.rsp.low { emit8(0b00_100_100) }  // rm 100 means SIB: this one has no index
    }
    if needsNone { return }
    guard let byte else { return emit32(UInt32(bitPattern: memory.displacement)) }
    emit8(UInt8(bitPattern: byte))
  }

  /// `op reg, vvvv, rm` behind VEX; an op without second operand has register 0 there.
  mutating func vex(_ w: Width, _ opcode: Opcode, reg: GPR, vvvv: GPR, rm: GPR) {
    vexPrefix(w, opcode, r: reg.high, vvvv: vvvv.number, x: 0, b: rm.high)
    modRM(mod: 0b11, reg: reg.low, rm: rm.low)
  }

  /// `op reg, vvvv, memory` behind VEX; in a store `reg` is what is stored.
  mutating func vex(_ w: Width, _ opcode: Opcode, reg: GPR, vvvv: GPR, memory: Memory) {
    vexPrefix(w, opcode, r: reg.high, vvvv: vvvv.number, x: memory.index?.high ?? 0, b: memory.base?.high ?? 0)
    modRM(reg: reg.low, memory: memory)
  }

  /// VEX for 128 bits and scalars (L = 0), all registers inverted: two bytes where W, X, B and the map are what those
  /// stand for, else three. SDM vol. 2, §2.3.5 and figure 2-9.
  private mutating func vexPrefix(_ w: Width, _ opcode: Opcode, r: UInt8, vvvv: UInt8, x: UInt8, b: UInt8) {
    let last: UInt8 = (vvvv ^ 0xF) << 3 | opcode.pp
    if opcode.map == .two && w == .w32 && x | b == 0 {
      emit8(0xC5)
      emit8((r ^ 1) << 7 | last)
    } else {
      emit8(0xC4)
      let invertedRXB: UInt8 = (r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5
      emit8(invertedRXB | opcode.map.rawValue)
      emit8(w == .w64 ? 0x80 | last : last)
    }
    emit8(opcode.byte)
  }
}
