/// Frames, and what is pushed inside them.
extension Emission {
  /// Return address and rbp make 16 bytes; an odd number of saved registers gets a word of padding. Below lie the saved
  /// vector registers, all 128 bits.
  mutating func enter(_ bytes: Int32, _ saving: RegisterSet, _ vectors: UInt8) throws(Refusal) {
    try frame.enter(bytes, saving: saving, vectors: vectors, abi: target.abi)
    code.push(.rbp)
    code.mov(.w64, .rbp, .rsp)
    forEach(in: frame.saved, reversed: false) { code, register in code.push(register) }
    let padding = frame.saved.nonzeroBitCount % 2 * 8
    let rest = probe(frame.bytes + padding + 16 * frame.vectors)
    if rest > 0 { code.alu(.sub, .w64, .rsp, Int32(rest)) }
    for index in 0..<frame.vectors {
      let (place, register) = savedVector(index)
      code.sse(.movapsReversed, register, place)
    }
  }

  /// Where in the frame the `index`-th saved vector register lies, and which it is.
  private func savedVector(_ index: Int) -> (Memory, XMM) {
    let above = (frame.saved.nonzeroBitCount * 8 + 15) & ~15
    return (Memory(.rbp, Int32(-above - 16 * (index + 1))), XMM(number: registers[vector: .saved(index)]))
  }

  /// Moves rsp down by whole pages and touches each, so that no access jumps over the guard page below the stack. What
  /// is left of `bytes`, less than a page, needs no touch: the next push or call does it.
  mutating func probe(_ bytes: Int) -> Int {
    let page = 4096
    let pages = bytes / page
    func next(_ code: inout CodeBuffer) {
      code.alu(.sub, .w64, .rsp, Int32(page))
      code.cmp(.w32, Memory(.rsp), .rsp)  // reads; the flags mean nothing
    }
    if pages <= 3 {
      for _ in 0..<pages { next(&code) }
    } else {
      code.lea(.w64, .scratch, Memory(.rsp, Int32(-pages * page)))
      let loop = code.count
      next(&code)
      code.alu(.cmp, .w64, .rsp, .scratch)
      code.repeat(from: loop, if: .ne)
    }
    return bytes % page
  }

  mutating func leaveFrame() throws(Refusal) {
    try frame.leave()
    for index in 0..<frame.vectors {
      let (place, register) = savedVector(index)
      code.sse(.movaps, register, place)
    }
    let saved = frame.saved.nonzeroBitCount
    if saved == 0 { return code.leave() }
    code.lea(.w64, .rsp, Memory(.rbp, Int32(-8 * saved)))
    forEach(in: frame.saved, reversed: true) { code, register in code.pop(register) }
    code.pop(.rbp)
  }

  /// The highest number goes first. An odd number of registers has any word for padding below which they lie: a PUSH
  /// is shorter than an addition to rsp.
  mutating func push(_ registers: RegisterSet) throws(Refusal) {
    let (numbers, bytes) = try frame.push(registers, abi: target.abi)
    if bytes > 8 * numbers.nonzeroBitCount { code.push(.rax) }
    forEach(in: numbers, reversed: true) { code, register in code.push(register) }
  }

  mutating func pop(_ registers: RegisterSet) throws(Refusal) {
    let (numbers, bytes) = try frame.pop(registers, abi: target.abi)
    if numbers >> UInt32(target.abi.framePointer) & 1 == 1 {
      throw Refusal(.registerConflict, UInt64(target.abi.framePointer))
    }
    forEach(in: numbers, reversed: false) { code, register in code.pop(register) }
    if bytes > 8 * numbers.nonzeroBitCount { code.pop(.scratch) }
  }

  /// The registers with these numbers, upwards or downwards.
  private mutating func forEach(in numbers: UInt32, reversed: Bool, _ body: (inout CodeBuffer, GPR) -> Void) {
    for step in 0..<32 {
      let number = reversed ? 31 - step : step
      guard numbers >> UInt32(number) & 1 == 1 else { continue }
      body(&code, GPR(number: registers[Register(number)]))
    }
  }
}
