extension FunctionVerifier {
  /// Holds that no way reaches a read of a local without having set it.
  func verifyLocals() throws(VerifyError) {
    var reads: Set<Int> = []
    for (number, instruction) in instructions.enumerated() where isReached(number) {
      if instruction.opcode == .localGet, instruction.operand >= function.arguments {
        reads.insert(instruction.operand)
      }
    }
    // 64 locals at a time: so the work needs no more memory than the code.
    let locals = reads.sorted()
    for start in stride(from: 0, to: locals.count, by: 64) {
      try verifyLocals(locals[start..<min(start + 64, locals.count)])
    }
  }

  func isReached(_ number: Int) -> Bool { heights[offsets[number]] >= 0 }

  /// At most 64 locals; each is a bit in the sets, which say what is not set on some way.
  private func verifyLocals(_ locals: ArraySlice<Int>) throws(VerifyError) {
    var bits: [Int: UInt64] = [:]
    for (bit, local) in locals.enumerated() { bits[local] = 1 << UInt64(bit) }
    // Before each instruction.
    var unset = [UInt64](repeating: 0, count: instructions.count)
    var work = [0]
    unset[0] = ~0
    while let number = work.popLast() {
      let instruction = instructions[number]
      let before = unset[number]
      let bit = bits[instruction.operand] ?? 0
      var after = before
      switch instruction.opcode {
      case .localGet: if before & bit != 0 { throw error(.localUnset(instruction.operand), at: number) }
      case .localSet, .localTee: after &= ~bit
      default: break
      }
      if targets[number] >= 0 { merge(before, into: targets[number], &unset, &work) }
      for target in instruction.jumps { merge(after, into: target, &unset, &work) }
      if !instruction.opcode.isTerminator { merge(after, into: instruction.end, &unset, &work) }
    }
  }

  private func merge(_ set: UInt64, into offset: Int, _ unset: inout [UInt64], _ work: inout [Int]) {
    let number = Int(numbers[offset])
    if set & ~unset[number] == 0 { return }
    unset[number] |= set
    work.append(number)
  }
}
