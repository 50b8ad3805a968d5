extension X86_64 {
  /// Lowers `program`: what the form table holds by copying, branches and labels in line, the rest row by row.
  ///
  /// The three give the same bytes and the same errors as `lower`, row by row; `FormTableTests` compare them.
  static func append(_ program: Span<Instruction>, to e: inout Emission, table: FormTable) throws(EjitError) {
    let first = e.index
    try program.withUnsafeBufferPointer { program throws(EjitError) in
      guard let base = program.baseAddress else { return }
      var run = Run(table: table, settled: UnsafeRawPointer(base))
      let start = UnsafeRawPointer(base)
      var next = 0
      while next < program.count {
        var count = min(program.count - next, 256)
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
    e.code.reserve(maximumBytes)
    try e.lower(instruction, by: lower)
    try e.checkSize()
  }

  /// A walk over one piece of a program.
  struct Run {
    let table: FormTable
    /// `Emission.flags` holds what this instruction finds; those from here on have not been looked at.
    var settled: UnsafeRawPointer

    @inline(__always) mutating func lower(
      from start: UnsafeRawPointer, count: Int, index: Int, into e: inout Emission
    ) throws(EjitError) {
      typealias Field = FormTable.Field
      let (families, entries) = (UnsafeRawPointer(table.families), table.entries)
      var stop = e.frame.place == .outside ? 0 : FormTable.notInFrame
      let end = start + count &* 16
      var at = start
      e.code.reserve(count &* 16 &+ X86_64.maximumBytes)
      var out = e.code.base + e.code.count
      while at < end {
        let low = at.load(as: UInt64.self)
        let high = at.load(fromByteOffset: 12, as: UInt32.self)
        if high >= 2 << 24 {  // neither `label` nor `b`
          let row = families + Int(high >> 24 &* 16 | UInt32(truncatingIfNeeded: low) & 15) &* 8
          var operands = UInt32(truncatingIfNeeded: low >> 8)
          if operands & row.load(fromByteOffset: Field.limit, as: UInt32.self) != 0 { operands = numbered(operands) }
          operands &= row.load(fromByteOffset: Field.registers, as: UInt32.self)
          operands = (operands &* row.load(fromByteOffset: Field.gather, as: UInt32.self)) >> 20
          let size = high & UInt32(row.load(fromByteOffset: Field.sizes, as: UInt16.self))
          let entry = entries[Int((operands | size) &+ row.load(fromByteOffset: Field.base, as: UInt32.self))]
          let total = entry >> 60
          let form = high & UInt32(row.load(fromByteOffset: Field.forms, as: UInt16.self))
          if total != 0 && UInt64(form) | entry & stop == 0 {
            out.storeBytes(of: entry, as: UInt64.self)
            out.storeBytes(
              of: at.loadUnaligned(fromByteOffset: 4, as: UInt64.self),
              toByteOffset: Int(truncatingIfNeeded: entry >> 56 & 7), as: UInt64.self)
            out += Int(truncatingIfNeeded: total)
            at += 16
            continue
          }
          e.code.count = out - e.code.base
          e.index = index &+ (at - start) >> 4
          at = try rare(at, &e, end)
          stop = e.frame.place == .outside ? 0 : FormTable.notInFrame
          out = e.code.base + e.code.count
        } else if high >= 1 << 24 {
          e.index = index &+ (at - start) >> 4
          try branch(at, low, out: &out, &e)
        } else {
          let label = UInt32(truncatingIfNeeded: low)
          guard e.labels.bind(label, at: UInt32(truncatingIfNeeded: out - e.code.base) | e.sectionBit) else {
            throw EjitError(.duplicateLabel, instruction: index &+ (at - start) >> 4, detail: UInt64(label))
          }
        }
        at += 16
      }
      e.code.count = out - e.code.base
    }

    /// Roles and `sp` as the numbers that the table uses.
    @inline(__always) func numbered(_ operands: UInt32) -> UInt32 {
      let numbers = table.numbers
      return UInt32(numbers[Int(operands & 0xFF)]) | UInt32(numbers[Int(operands >> 8 & 0xFF)]) << 8
        | UInt32(numbers[Int(operands >> 16 & 0xFF)]) << 16
    }

    /// What is not in the table: one instruction, and those behind it that belong to its run. Returns the last one.
    @inline(never) mutating func rare(
      _ first: UnsafeRawPointer, _ e: inout Emission, _ end: UnsafeRawPointer
    ) throws(EjitError) -> UnsafeRawPointer {
      var at = first
      do throws(Refusal) {
        while true {
          let instruction = at.load(as: Instruction.self)
          if let condition = instruction.consumes {
            settleFlags(before: at, &e)
            try e.flags.check(condition)
          }
          e.code.reserve(X86_64.maximumBytes + (end - at))
          try e.row(instruction, by: X86_64.lower)
          if e.run.isNone || end - at <= 16 { return at }
          at += 16
          e.index &+= 1
        }
      } catch {
        throw EjitError(error, instruction: e.index)
      }
    }

    /// `b`: condition in byte 0, label from byte 2. Most often right behind its comparison.
    @inline(__always) mutating func branch(
      _ at: UnsafeRawPointer, _ low: UInt64, out: inout UnsafeMutableRawPointer, _ e: inout Emission
    ) throws(EjitError) {
      let condition = UInt32(truncatingIfNeeded: low) & 0xFF
      if !(at > settled && leaves(at - 16) == FlagState.comparison.rawValue
        && FlagState.askedOfComparison >> condition & 1 == 1)
      {
        try checkFlags(at, &e)
      }
      e.jcc(
        unsafeBitCast(UInt8(truncatingIfNeeded: low), to: Condition.self), to: UInt32(truncatingIfNeeded: low >> 16),
        at: &out)
    }

    @inline(never) mutating func checkFlags(_ at: UnsafeRawPointer, _ e: inout Emission) throws(EjitError) {
      settleFlags(before: at, &e)
      guard case .b(let condition, _) = at.load(as: Instruction.self) else { return }
      do throws(Refusal) { try e.flags.check(condition) } catch {
        throw EjitError(error, instruction: e.index)
      }
    }

    /// What the instruction at `at` does to flags, as the table has it.
    @inline(__always) func leaves(_ at: UnsafeRawPointer) -> UInt8 {
      let variant = Int(at.load(as: UInt8.self) & 15)
      let row = Int(at.load(fromByteOffset: 15, as: UInt8.self)) &* 16 | variant
      return table.families.load(fromByteOffset: row &* 8 &+ FormTable.Field.flags, as: UInt8.self)
    }

    /// Finds out which flags the instruction at `limit` meets, looking back no further than the last time.
    @inline(__always) mutating func settleFlags(before limit: UnsafeRawPointer, _ e: inout Emission) {
      var at = limit
      while at > settled {
        at -= 16
        let flags = leaves(at)
        if flags != FormTable.neutral {
          e.flags = FlagState(rawValue: flags) ?? .clobbered
          break
        }
      }
      settled = limit
    }
  }
}
