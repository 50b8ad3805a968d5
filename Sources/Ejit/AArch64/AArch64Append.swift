extension AArch64 {
  /// Lowers `program`: what the form table holds as sums, branches and labels in line, the rest row by row; as many
  /// instructions at a time as room, and the short branches that wait for their labels, allow whatever they become.
  ///
  /// The three give the same bytes and the same errors as `lower`, row by row.
  static func append(_ program: Span<Instruction>, to e: inout Emission) throws(EjitError) {
    let first = e.index
    try program.withUnsafeBufferPointer { program throws(EjitError) in
      guard let base = program.baseAddress else { return }
      let start = UnsafeRawPointer(base)
      var run = Run(table: .shared, settled: start)
      var next = 0
      while next < program.count {
        var count = prepare(for: min(program.count - next, piece), &e)
        if !e.run.isNone {  // a piece before this one ended in a run
          let at = start + next * 16
          count = 1 + (try run.rare(at, &e, at + count * 16) - at) >> 4
        } else {
          try run.lower(from: start + next * 16, count: count, index: first + next, into: &e)
        }
        next += count
        e.index = first + next
        try e.checkSize()
      }
      run.settleFlags(before: start + next * 16, &e)
    }
  }

  /// Lowers one instruction.
  static func append(_ instruction: Instruction, to e: inout Emission) throws(EjitError) {
    _ = prepare(for: 1, &e)
    try e.lower(instruction, by: lower)
    try e.checkSize()
  }

  /// The most instructions that room is made for at a time.
  static let piece = 256

  /// Makes room and keeps short branches in reach: how many instructions may follow without asking again.
  private static func prepare(for count: Int, _ e: inout Emission) -> Int {
    while reach(e) - e.code.count < maximumBytes { emitIsland(into: &e) }
    let count = min(count, (reach(e) - e.code.count) / maximumBytes)
    e.code.reserve(count * maximumBytes)
    return count
  }

  /// A walk over one piece of a program.
  struct Run {
    let table: AArch64FormTable
    /// `Emission.flags` holds what this instruction finds; those from here on have not been looked at.
    var settled: UnsafeRawPointer

    @inline(__always) mutating func lower(
      from start: UnsafeRawPointer, count: Int, index: Int, into e: inout Emission
    ) throws(EjitError) {
      typealias Field = AArch64FormTable.Field
      let (rows, forms, numbers) = (table.rows, table.forms, table.numbers)
      let numbersM = numbers + Int(Field.m.rawValue)
      var inFrame: UInt32 = e.frame.place == .outside ? 0 : .max
      let end = start + count &* 16
      var at = start
      var out = e.code.base + e.code.count
      while at < end {
        let low = at.load(as: UInt64.self)
        let high = at.load(fromByteOffset: 12, as: UInt32.self)
        if high >= 2 << 24 {  // neither `label` nor `b`
          let row = rows + Int(high >> 24 &* 16 | UInt32(truncatingIfNeeded: low) & 15)
          let immediate = at.loadUnaligned(fromByteOffset: 4, as: Int64.self)
          let short = UInt32(truncatingIfNeeded: immediate)
          let unaligned = short & row.pointee.aligned == 0 ? 0 : AArch64FormTable.unaligned
          let form = forms + Int(row.pointee.forms &+ (high & row.pointee.sizes | unaligned))

          let operands = UInt32(truncatingIfNeeded: low >> 8) & row.pointee.operands
          let first = row.pointee.first & (inFrame | ~Field.inFrame) &+ operands & 0xFF
          let second = row.pointee.second &+ operands >> 8 & 0xFF
          let registers = numbers[Int(first)] | numbers[Int(second)] | numbersM[Int(operands >> 16)]

          let isInRange = short &- UInt32(bitPattern: form.pointee.low) <= form.pointee.span
          let stop = registers & AArch64FormTable.noRegister | UInt32(row.pointee.stop) & inFrame
          if form.pointee.length != 0 && stop == 0 && isInRange {
            let main = UInt64((row.pointee.word ^ form.pointee.bits) | registers)
            let product = UInt64(bitPattern: immediate &* form.pointee.multiplier)
            let code = main &<< UInt64(form.pointee.shift) &+ form.pointee.constant &+ product
            out.storeBytes(of: code.littleEndian, as: UInt64.self)
            out += Int(form.pointee.length)
            at += 16
            continue
          }
          e.code.count = out - e.code.base
          e.index = index &+ (at - start) >> 4
          at = try rare(at, &e, end)
          inFrame = e.frame.place == .outside ? 0 : .max
          out = e.code.base + e.code.count
        } else {
          e.code.count = out - e.code.base
          e.index = index &+ (at - start) >> 4
          if high >= 1 << 24 { try branch(at, low, &e) } else { try bind(UInt32(truncatingIfNeeded: low), &e) }
          out = e.code.base + e.code.count
        }
        at += 16
      }
      e.code.count = out - e.code.base
    }

    /// What is not in the table: one instruction, and those behind it that belong to its run. Returns the last one.
    @inline(never) mutating func rare(
      _ first: UnsafeRawPointer, _ e: inout Emission, _ end: UnsafeRawPointer
    ) throws(EjitError) -> UnsafeRawPointer {
      var at = first
      do throws(Refusal) {
        while true {
          let instruction = at.load(as: Instruction.self)
          if row(at).pointee.asks, let condition = instruction.consumes {
            settleFlags(before: at, &e)
            try e.flags.check(condition)
          }
          try e.row(instruction, by: AArch64.lower)
          if e.run.isNone || end - at <= 16 { return at }
          at += 16
          e.index &+= 1
        }
      } catch {
        throw EjitError(error, instruction: e.index)
      }
    }

    @inline(__always) func bind(_ label: UInt32, _ e: inout Emission) throws(EjitError) {
      guard e.labels.bind(label, at: e.place) else {
        throw EjitError(.duplicateLabel, instruction: e.index, detail: UInt64(label))
      }
    }

    /// `b`: condition in byte 0, label from byte 2. Most often right behind its comparison.
    @inline(__always) mutating func branch(
      _ at: UnsafeRawPointer, _ low: UInt64, _ e: inout Emission
    ) throws(EjitError) {
      let condition = unsafeBitCast(UInt8(truncatingIfNeeded: low), to: Condition.self)
      let isChecked =
        at > settled && row(at - 16).pointee.flags == FlagState.comparison.rawValue
        && FlagState.askedOfComparison >> UInt32(condition.rawValue) & 1 == 1
      if !isChecked { try checkFlags(condition, at, &e) }
      do throws(Refusal) {
        let target = Label(UInt32(truncatingIfNeeded: low >> 16))
        try AArch64.branch(.b(ConditionCode(condition)), .imm19, to: target, into: &e)
      } catch {
        throw EjitError(error, instruction: e.index)
      }
    }

    @inline(never) mutating func checkFlags(
      _ condition: Condition, _ at: UnsafeRawPointer, _ e: inout Emission
    ) throws(EjitError) {
      settleFlags(before: at, &e)
      do throws(Refusal) { try e.flags.check(condition) } catch {
        throw EjitError(error, instruction: e.index)
      }
    }

    /// The row of the instruction at `at`.
    @inline(__always) func row(_ at: UnsafeRawPointer) -> UnsafeMutablePointer<AArch64FormTable.Row> {
      let variant = Int(at.load(as: UInt8.self) & 15)
      return table.rows + (Int(at.load(fromByteOffset: 15, as: UInt8.self)) &* 16 | variant)
    }

    /// Finds out which flags the instruction at `limit` meets, looking back no further than the last time.
    @inline(__always) mutating func settleFlags(before limit: UnsafeRawPointer, _ e: inout Emission) {
      var at = limit
      while at > settled {
        at -= 16
        let flags = row(at).pointee.flags
        if flags != AArch64FormTable.neutral {
          e.flags = FlagState(rawValue: flags) ?? .clobbered
          break
        }
      }
      settled = limit
    }
  }
}
