/// Memory accesses that do more than move one value: the base or the memory itself is updated, bytes are reversed,
/// two words go at once.
extension AArch64 {
  /// Loads or stores `t`, and the base moves: in one instruction where 9 bits hold the displacement. Else the access
  /// comes first, so that a fault finds the base as it was.
  static func access(
    _ kind: UInt32.Access, _ t: X, _ base: Register, _ displacement: Displacement, _ index: UInt32.WriteBack,
    into e: inout Emission
  ) throws(Refusal) {
    let (n, bytes) = (try e.xd(base), Int(displacement.value))
    if n == t && !kind.isVector { throw Refusal(.registerConflict, UInt64(base.rawValue)) }
    if (-256..<256).contains(bytes) { return e.code.emit32(.access(kind, t, n, bytes, index)) }
    let bits = UInt64(bitPattern: Int64(bytes))
    let offset = index == .postIndexed ? Offset.scaled(imm12: 0) : Offset(Int64(bytes), size: kind.size)
    if let offset {
      e.code.emit32(.access(kind, t, n, offset))
      return add(.w64, n, n, bits, into: &e)
    }
    add(.w64, .x16, n, bits, into: &e)
    e.code.emit32(.access(kind, t, .x16, .scaled(imm12: 0)))
    e.code.emit32(.mov(.w64, n, .x16))
  }

  static func pair(
    load: Bool, _ w: Width, _ t: X, _ t2: X, _ base: Register, _ displacement: Displacement, isVector: Bool = false,
    into e: inout Emission
  ) throws(Refusal) {
    let (base, bytes, size) = (try e.xsp(base), Int(displacement.value), w.bits / 8)
    if bytes % size == 0 && (-64..<64).contains(bytes / size) {
      return e.code.emit32(.pair(load: load, width: w, t, t2, base, bytes, isVector: isVector))
    }
    add(.w64, .x16, base, UInt64(bitPattern: Int64(bytes)), into: &e)
    e.code.emit32(.pair(load: load, width: w, t, t2, .x16, 0, isVector: isVector))
  }

  static func loadSwapped(
    _ type: MemoryType, _ d: Register, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    let d = try e.xd(d)
    try access(type.byteCount == 1 ? .load(type) : .loadUnsigned(type), d, address, into: &e)
    switch type {
    case .u8, .s8: return
    case .u16: e.code.emit32(.one(.rev16, .w32, d, d))
    case .s16:
      e.code.emit32(.one(.rev16, .w32, d, d))
      e.code.emit32(.signExtend(.w64, d, d, bits: 16))
    case .u32: e.code.emit32(.one(.rev32, .w32, d, d))
    case .s32:
      e.code.emit32(.one(.rev32, .w32, d, d))
      e.code.emit32(.signExtend(.w64, d, d, bits: 32))
    case .u64, .s64: e.code.emit32(.one(.rev64, .w64, d, d))
    }
  }

  /// Reversed in x17, which no address needs.
  static func storeSwapped(
    _ type: MemoryType, _ a: Register, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    let a = try e.x(a)
    switch type {
    case .u8, .s8: return try access(.store(type), a, address, into: &e)
    case .u16, .s16: e.code.emit32(.one(.rev16, .w32, .x17, a))
    case .u32, .s32: e.code.emit32(.one(.rev32, .w32, .x17, a))
    case .u64, .s64: e.code.emit32(.one(.rev64, .w64, .x17, a))
    }
    try access(.store(type), .x17, address, into: &e)
  }

  /// In x17. Bits above the type's are whatever they become: they are not stored.
  static func update(
    _ operation: MemoryOperation, _ type: MemoryType, _ a: Register, _ address: Address, into e: inout Emission
  ) throws(Refusal) {
    let a = try e.x(a)
    let place = try place(of: address, size: UInt32(type.rawValue & 3), into: &e)
    let w: Width = type.byteCount == 8 ? .w64 : .w32
    e.code.emit32(word(.loadUnsigned(type), .x17, place))
    switch operation {
    case .add: e.code.emit32(.addSub(.add, w, .x17, .x17, a))
    case .sub: e.code.emit32(.addSub(.sub, w, .x17, .x17, a))
    case .and: e.code.emit32(.logic(.and, w, .x17, .x17, a))
    case .or: e.code.emit32(.logic(.orr, w, .x17, .x17, a))
    case .xor: e.code.emit32(.logic(.eor, w, .x17, .x17, a))
    }
    e.code.emit32(word(.store(type), .x17, place))
  }

  static func update(
    _ operation: MemoryOperation, _ base: Register, _ displacement: Displacement, _ value: Imm64,
    _ type: MemoryType, into e: inout Emission
  ) throws(Refusal) {
    // With the sign of the type, a constant is more often one that an instruction can hold.
    let unused = UInt64(64 - 8 * type.byteCount)
    let extended = UInt64(bitPattern: Int64(bitPattern: (try bits(type, value)) << unused) >> Int64(unused))
    let w: Width = type.byteCount == 8 ? .w64 : .w32
    let bits = w == .w64 ? extended : extended & 0xFFFF_FFFF
    update(operation, w, try e.xsp(base), Int64(displacement.value), bits, type, into: &e)
  }

  /// Leaves the result in x17. The address is made once more if the constant has taken x16 from it.
  private static func update(
    _ operation: MemoryOperation, _ w: Width, _ base: X, _ displacement: Int64, _ bits: UInt64, _ type: MemoryType,
    into e: inout Emission
  ) {
    let size = UInt32(type.rawValue & 3)
    var place = place(of: base, displacement, size: size, scratch: .x16, into: &e)
    e.code.emit32(word(.loadUnsigned(type), .x17, place))
    let takesX16: Bool
    switch operation {
    case .add: takesX16 = addToX17(w, bits, into: &e)
    case .sub: takesX16 = addToX17(w, negated(w, bits), into: &e)
    case .and: takesX16 = logicOnX17(.and, w, bits, into: &e)
    case .or: takesX16 = logicOnX17(.orr, w, bits, into: &e)
    case .xor: takesX16 = logicOnX17(.eor, w, bits, into: &e)
    }
    if takesX16 && place.needsX16 {
      place = self.place(of: base, displacement, size: size, scratch: .x16, into: &e)
    }
    e.code.emit32(word(.store(type), .x17, place))
  }

  /// Whether x16 was taken for the constant.
  private static func addToX17(_ w: Width, _ bits: UInt64, into e: inout Emission) -> Bool {
    add(w, .x17, .x17, bits, into: &e)
    return bits >= 1 << 24 && negated(w, bits) >= 1 << 24
  }

  /// Whether x16 was taken for the constant.
  private static func logicOnX17(_ op: UInt32.Logic, _ w: Width, _ bits: UInt64, into e: inout Emission) -> Bool {
    logic(op, w, .x17, .x17, bits, into: &e)
    return BitmaskImmediate(bits, w) == nil
  }

  /// Subtracts in memory and asks the result, which is in x17.
  static func decrementBranch(
    _ w: Width, _ condition: Condition, _ base: Register, _ displacement: Displacement, _ value: Displacement,
    _ target: Label, into e: inout Emission
  ) throws(Refusal) {
    let all: UInt64 = w == .w64 ? .max : 0xFFFF_FFFF
    let bits = UInt64(bitPattern: Int64(value.value)) & all
    let type: MemoryType = w == .w64 ? .u64 : .u32
    update(.sub, w, try e.xsp(base), Int64(displacement.value), bits, type, into: &e)
    try branchTest(w, condition, .x17, all, target, into: &e)
  }
}
