extension AArch64 {
  /// Lowers `program` row by row: as many instructions at a time as room, and the short branches that wait for
  /// their labels, allow whatever they lower to.
  static func append(_ program: Span<Instruction>, to e: inout Emission) throws(EjitError) {
    var next = 0
    while next < program.count {
      let count = min(program.count - next, prepare(&e))
      for index in next..<next + count { try e.lower(program[index], by: lower) }
      next += count
      try e.checkSize()
    }
  }

  /// Lowers one instruction.
  static func append(_ instruction: Instruction, to e: inout Emission) throws(EjitError) {
    while prepare(&e) == 0 {}
    try e.lower(instruction, by: lower)
    try e.checkSize()
  }

  /// Makes room and keeps short branches in reach. How many instructions may follow without asking again.
  private static func prepare(_ e: inout Emission) -> Int {
    while reach(e) - e.code.count < maximumBytes { emitIsland(into: &e) }
    e.code.reserve(maximumBytes)
    return (min(reach(e), e.code.capacity) - e.code.count) / maximumBytes
  }
}
