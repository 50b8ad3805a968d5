/// Addresses, jumps and calls.
extension Emission {
  /// The memory operand of an address; an absolute one beyond ±2 GiB goes through the scratch register, so does an
  /// index of 32 bits (`needsScratch`). Neutral to flags.
  mutating func memory(_ address: Address) throws(Refusal) -> Memory {
    switch address.form {
    case .base(let displacement): return Memory(try base(address.base), displacement)
    case .indexed(let shift, let displacement):
      return Memory(try base(address.base), try gpr(address.index), shift: UInt8(shift), displacement)
    case .absolute(let address):
      if let address = Int32(exactly: Int64(bitPattern: address)) { return Memory(absolute: address) }
      code.mov(.scratch, address)
      return Memory(.scratch)
    case .extended(let signedness, let shift, let displacement):
      let index = try gpr(address.index)
      if signedness == .signed { code.movsxd(.scratch, index) } else { code.mov(.w32, .scratch, index) }
      return Memory(try base(address.base), .scratch, shift: UInt8(shift), displacement)
    case .invalid: throw Refusal(.immediateOutOfRange)
    }
  }

  /// Whether `memory` takes the scratch register for this address.
  func needsScratch(_ address: Address) -> Bool {
    switch address.form {
    case .base, .indexed, .invalid: false
    case .extended: true
    case .absolute(let bits): Int32(exactly: Int64(bitPattern: bits)) == nil
    }
  }

  mutating func lea(_ w: Width, _ d: Register, _ address: Address) throws(Refusal) {
    let d = try destination(d)
    switch address.form {
    case .absolute(let bits): code.mov(d, w == .w64 ? bits : bits & 0xFFFF_FFFF)
    case .base(0): code.mov(w, d, try base(address.base))
    case .base, .indexed, .extended, .invalid: code.lea(w, d, try memory(address))
    }
  }

  mutating func storeImmediate(
    _ type: MemoryType, _ base: Register, _ displacement: Displacement, _ value: Imm64
  ) throws(Refusal) {
    let memory = Memory(try self.base(base), displacement.value)
    try value.check(for: type)
    if type.byteCount < 8 { return code.store(type, Int32(truncatingIfNeeded: value.value), memory) }
    if let value = Int32(exactly: value.value) { return code.store(type, value, memory) }
    code.mov(.scratch, value.bits)
    code.store(type, .scratch, memory)
  }

  mutating func jcc(_ condition: Condition, to target: Label) { jcc(code: condition.code, to: target) }

  mutating func jcc(code condition: UInt8, to target: Label) {
    var out = code.base + code.count
    jcc(code: condition, to: target.number, at: &out, index: index)
    code.count = out - code.base
  }

  /// `jcc`: 70+cc rel8 backward where it reaches, 0F 80+cc rel32 else. At `out`, which moves behind it; `index` is that
  /// of the instruction.
  @inline(always) mutating func jcc(
    code condition: UInt8, to target: UInt32, at out: inout UnsafeMutableRawPointer, index: Int
  ) {
    let offset = out - code.base
    let condition = UInt64(condition)
    guard let bound = bound(target) else {
      out.storeBytes(of: 0x800F | condition << 8, as: UInt64.self)
      out += 6
      return addFixup(.rel32, to: Label(target), at: offset &+ 2, index: index)
    }
    let distance = bound &- offset
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
    if let bound = bound(target.number) {
      let distance = bound - code.count
      if distance - 2 >= -128 { return code.emit(0xEB | near(distance), length: 2) }
      code.emit(0xE9 | far(distance - 5) << 8, length: 5)
    } else {
      code.emit(0xE9, length: 5)
      addFixup(.rel32, to: target, at: code.count - 4)
    }
  }

  /// `call rel32` — E8 cd.
  mutating func call(to target: Label) {
    if let bound = bound(target.number) {
      code.emit(0xE8 | far(bound - code.count - 5) << 8, length: 5)
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
}
