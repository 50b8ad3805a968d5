/// Addresses, jumps, calls and frames.
extension Emission {
  /// The memory operand of an address; an absolute one beyond ±2 GiB goes through the scratch register.
  mutating func memory(_ address: Address) throws(Refusal) -> Memory {
    switch address.form {
    case .base(let displacement): return Memory(try base(address.base), displacement)
    case .indexed(let shift, let displacement):
      return Memory(try base(address.base), try gpr(address.index), shift: UInt8(shift), displacement)
    case .absolute(let address):
      if let address = Int32(exactly: Int64(bitPattern: address)) { return Memory(absolute: address) }
      code.mov(.scratch, address)
      return Memory(.scratch)
    case .invalid: throw Refusal(.immediateOutOfRange)
    }
  }

  mutating func lea(_ w: Width, _ d: Register, _ address: Address) throws(Refusal) {
    let d = try destination(d)
    switch address.form {
    case .absolute(let bits): code.mov(d, w == .w64 ? bits : bits & 0xFFFF_FFFF)
    case .base(0): code.mov(w, d, try base(address.base))
    case .base, .indexed, .invalid: code.lea(w, d, try memory(address))
    }
  }

  mutating func storeImmediate(
    _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64
  ) throws(Refusal) {
    let memory = Memory(try self.base(base), displacement.value)
    let bits = 8 * type.byteCount
    if bits < 64 && !(-1 << (bits - 1)..<1 << bits).contains(value.value) { throw .immediate(value.value) }
    if bits < 64 { return code.store(type, Int32(truncatingIfNeeded: value.value), memory) }
    if let value = Int32(exactly: value.value) { return code.store(type, value, memory) }
    code.mov(.scratch, value.bits)
    code.store(type, .scratch, memory)
  }

  mutating func jcc(_ condition: Condition, to target: Label) {
    var out = code.base + code.count
    jcc(condition, to: target.number, at: &out)
    code.count = out - code.base
  }

  /// `jcc`: 70+cc rel8 backward where it reaches, 0F 80+cc rel32 else. At `out`, which moves behind it.
  @inline(__always) mutating func jcc(
    _ condition: Condition, to target: UInt32, at out: inout UnsafeMutableRawPointer
  ) {
    let offset = out - code.base
    let condition = UInt64(condition.code)
    guard let bound = labels.offset(of: target) else {
      out.storeBytes(of: 0x800F | condition << 8, as: UInt64.self)
      out += 6
      return addFixup(.rel32, to: Label(target), at: offset &+ 2)
    }
    let distance = Int(bound) &- offset
    if distance &- 2 >= -128 {
      out.storeBytes(of: 0x70 | condition | near(distance), as: UInt64.self)
      out += 2
    } else {
      out.storeBytes(of: 0x800F | condition << 8 | far(distance &- 6) << 16, as: UInt64.self)
      out += 6
    }
  }

  /// `jmp`: EB rel8 backward where it reaches, E9 rel32 else.
  @inline(__always) mutating func jmp(to target: Label) {
    if let bound = labels.offset(of: target.number) {
      let distance = Int(bound) - code.count
      if distance - 2 >= -128 { return code.emit(0xEB | near(distance), length: 2) }
      code.emit(0xE9 | far(distance - 5) << 8, length: 5)
    } else {
      code.emit(0xE9, length: 5)
      addFixup(.rel32, to: target, at: code.count - 4)
    }
  }

  /// `call rel32` — E8 cd.
  mutating func call(to target: Label) {
    if let bound = labels.offset(of: target.number) {
      code.emit(0xE8 | far(Int(bound) - code.count - 5) << 8, length: 5)
    } else {
      code.emit(0xE8, length: 5)
      addFixup(.rel32, to: target, at: code.count - 4)
    }
  }

  /// A call that reaches from anywhere; see `CallSite`.
  mutating func call(absolute target: UInt64) {
    let start = code.count
    code.mov(.scratch, target)
    code.call(.scratch)
    addCall(to: target, from: start)
  }

  /// The second byte of a short jump that begins `distance` before its target.
  @inline(__always) private func near(_ distance: Int) -> UInt64 {
    UInt64(UInt8(truncatingIfNeeded: distance &- 2)) << 8
  }
  @inline(__always) private func far(_ distance: Int) -> UInt64 { UInt64(UInt32(truncatingIfNeeded: distance)) }

  /// Return address and rbp make 16 bytes; an odd number of saved registers gets a word of padding.
  mutating func enter(_ bytes: Int32, _ saving: RegisterSet) throws(Refusal) {
    try frame.enter(bytes, saving: saving, abi: target.abi)
    code.push(.rbp)
    code.mov(.w64, .rbp, .rsp)
    forEachSaved { code, register in code.push(register) }
    let padding = frame.saved.nonzeroBitCount % 2 * 8
    if frame.bytes + padding > 0 { code.alu(.sub, .w64, .rsp, Int32(frame.bytes + padding)) }
  }

  mutating func leaveFrame() throws(Refusal) {
    try frame.leave()
    let saved = frame.saved.nonzeroBitCount
    if saved == 0 { return code.leave() }
    code.lea(.w64, .rsp, Memory(.rbp, Int32(-8 * saved)))
    forEachSaved(reversed: true) { code, register in code.pop(register) }
    code.pop(.rbp)
  }

  private mutating func forEachSaved(reversed: Bool = false, _ body: (inout CodeBuffer, GPR) -> Void) {
    for step in 0..<32 {
      let number = reversed ? 31 - step : step
      guard frame.saved >> UInt32(number) & 1 == 1 else { continue }
      body(&code, GPR(number: registers[Register(number)]))
    }
  }
}
