/// Frames: return address and frame pointer lowest, where x29 points, then the saved registers by pairs; below
/// them the program's own bytes, from `sp` up. AAPCS64, 6.4.6, The frame pointer.
extension AArch64 {
  static func enter(
    _ bytes: Int32, _ saving: RegisterSet, _ vectors: UInt8, into e: inout Emission
  ) throws(Refusal) {
    try e.frame.enter(bytes, saving: saving, vectors: vectors, abi: e.target.abi)
    if vectors > 0 { makeWay(72, into: &e) }
    e.code.emit32(.pair(load: false, .x29, .x30, .sp, -recordBytes(e), .preIndexed))
    e.code.emit32(.addSub(.add, .w64, .x29, .sp, .zero))
    moveSaved(load: false, into: &e)
    if e.frame.bytes > 0 { allocate(e.frame.bytes, into: &e) }
  }

  /// Moves `sp` down by `bytes`, a multiple of 16, so that no access jumps over the guard page below the stack.
  static func allocate(_ bytes: Int, into e: inout Emission) {
    if bytes >= pageBytes { return allocatePages(bytes, into: &e) }
    e.code.emit32(.addSub(.sub, .w64, .sp, .sp, .low(of: UInt64(bytes))))
  }

  /// The smallest page of any system, in bytes.
  private static let pageBytes = 4096

  /// Moves `sp` down a page at a time and touches each, then the rest and its end. Page by page in line, or in a loop
  /// where that is shorter.
  private static func allocatePages(_ bytes: Int, into e: inout Emission) {
    let touch = UInt32.access(.store(.u64), .zr, .sp, .scaled(imm12: 0))
    let page = UInt32.addSub(.sub, .w64, .sp, .sp, .high(of: UInt64(pageBytes)))
    let (pages, rest) = bytes.quotientAndRemainder(dividingBy: pageBytes)
    if pages <= 2 {
      for _ in 0..<pages {
        e.code.emit32(page)
        e.code.emit32(touch)
      }
    } else {
      move(.x16, UInt64(pages), into: &e)
      let start = e.code.count
      e.code.emit32(page)
      e.code.emit32(touch)
      e.code.emit32(.addSub(.sub, .w64, .x16, .x16, .low(of: 1)))
      let back = Fixup.Form.imm19.bits(for: start - e.code.count) ?? 0
      e.code.emit32(.cbz(.w64, .x16, nonzero: true) | back)
    }
    if rest == 0 { return }
    e.code.emit32(.addSub(.sub, .w64, .sp, .sp, .low(of: UInt64(rest))))
    e.code.emit32(touch)
  }

  /// Starts from x29, so that it does not matter how far the program has moved `sp`.
  static func leave(into e: inout Emission) throws(Refusal) {
    try e.frame.leave()
    e.code.emit32(.addSub(.add, .w64, .sp, .x29, .zero))
    moveSaved(load: true, into: &e)
    e.code.emit32(.pair(load: true, .x29, .x30, .sp, recordBytes(e), .postIndexed))
  }

  /// x29, x30, the saved registers and the saved vector registers, in pairs.
  static func recordBytes(_ e: borrowing Emission) -> Int { vectorOffset(e) + (e.frame.vectors + 1) / 2 * 16 }

  /// Where the vector registers lie above x29.
  private static func vectorOffset(_ e: borrowing Emission) -> Int {
    16 + (e.frame.saved.nonzeroBitCount + 1) / 2 * 16
  }

  /// Of vector registers the low 64 bits: AAPCS64, 6.1.2.
  private static func moveSaved(load: Bool, into e: inout Emission) {
    move(load: load, e.frame.saved, from: 16, into: &e)
    let (offset, first) = (vectorOffset(e), e.target.abi.savedVectorRange.lowerBound)
    for index in stride(from: 0, to: e.frame.vectors, by: 2) {
      let (place, t) = (offset + 8 * index, X(V(number: UInt8(first + index))))
      if index + 1 == e.frame.vectors {
        let access = load ? UInt32.Access.load(.w64) : .store(.w64)
        e.code.emit32(.access(access, t, .sp, .scaled(imm12: UInt32(place / 8))))
      } else {
        e.code.emit32(.pair(load: load, t, X(number: t.number + 1), .sp, place, isVector: true))
      }
    }
  }

  /// Loads or stores the registers of a set by pairs, the lowest number at `offset` above `sp`.
  private static func move(load: Bool, _ set: UInt32, from offset: Int, into e: inout Emission) {
    var rest = set
    var offset = offset
    while rest != 0 {
      let first = takeLowest(of: &rest)
      if rest == 0 {
        let access = load ? UInt32.Access.load(.u64) : .store(.u64)
        e.code.emit32(.access(access, first, .sp, .scaled(imm12: UInt32(offset / 8))))
      } else {
        e.code.emit32(.pair(load: load, first, takeLowest(of: &rest), .sp, offset))
      }
      offset += 16
    }
  }

  /// The first pair moves `sp`, the others lie above.
  static func push(_ registers: RegisterSet, into e: inout Emission) throws(Refusal) {
    push(numbers: try e.frame.push(registers, abi: e.target.abi).numbers, into: &e)
  }

  /// The same of registers that need not stay pushed as the program sees it.
  static func push(numbers: UInt32, into e: inout Emission) {
    let bytes = (numbers.nonzeroBitCount * 8 + 15) & ~15
    var rest = numbers
    if rest == 0 { return }
    let first = takeLowest(of: &rest)
    if rest == 0 { return e.code.emit32(.access(.store(.u64), first, .sp, -bytes, .preIndexed)) }
    e.code.emit32(.pair(load: false, first, takeLowest(of: &rest), .sp, -bytes, .preIndexed))
    move(load: false, rest, from: 16, into: &e)
  }

  /// The first pair moves `sp`, so it comes last.
  static func pop(_ registers: RegisterSet, into e: inout Emission) throws(Refusal) {
    let numbers = try e.frame.pop(registers, abi: e.target.abi).numbers
    let frame = X.x29.number
    if numbers >> UInt32(frame) & 1 == 1 { throw Refusal(.registerConflict, UInt64(frame)) }
    pop(numbers: numbers, into: &e)
  }

  static func pop(numbers: UInt32, into e: inout Emission) {
    let bytes = (numbers.nonzeroBitCount * 8 + 15) & ~15
    var rest = numbers
    if rest == 0 { return }
    let first = takeLowest(of: &rest)
    if rest == 0 { return e.code.emit32(.access(.load(.u64), first, .sp, bytes, .postIndexed)) }
    let second = takeLowest(of: &rest)
    move(load: true, rest, from: 16, into: &e)
    e.code.emit32(.pair(load: true, first, second, .sp, bytes, .postIndexed))
  }

  /// Takes the lowest number out of a set that is not empty.
  static func takeLowest(of set: inout UInt32) -> X {
    let number = UInt8(truncatingIfNeeded: set.trailingZeroBitCount)
    set &= set &- 1
    return X(number: number)
  }
}
