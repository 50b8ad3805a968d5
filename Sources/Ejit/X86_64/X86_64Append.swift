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

    mutating func lower(
      from start: UnsafeRawPointer, count: Int, index: Int, into e: inout Emission
    ) throws(EjitError) {
      let end = start + count &* 16
      var at = start
      e.code.reserve(count &* 16 &+ X86_64.maximumBytes)
      while true {
        e.fixups.makeRoom()
        at = copy(from: at, to: end, index: index &+ (at - start) >> 4, into: &e)
        if at >= end { return }
        e.index = index &+ (at - start) >> 4
        at = try rare(at, &e, end) + 16
      }
    }

    /// Lowers what needs no call, up to the first instruction that does, or `end`; returns where that is.
    ///
    /// A function of its own that calls no other, so that the variables of the loop stay in machine registers. What is
    /// called slow is not; said so, the common case lies in one piece.
    @inline(never) func copy(
      from start: UnsafeRawPointer, to end: UnsafeRawPointer, index: Int, into e: inout Emission
    ) -> UnsafeRawPointer {
      typealias Field = FormTable.Field
      let rows = UnsafeRawPointer(table.rows)
      let bound = FormTable.bound(at: e.frame.place)
      var (at, out) = (start, e.code.base + e.code.count)
      copying: while true {
        while at < end {
          let caseByte = at.load(fromByteOffset: 15, as: UInt8.self)
          if _slowPath(caseByte < 2) { break }  // `label` or `b`
          let row = rows + Int(caseByte) &* 8
          let high = at.load(fromByteOffset: 12, as: UInt32.self)
          let key = UInt64(high) << 32 | UInt64(at.load(as: UInt32.self))
          let unknown = key & row.load(fromByteOffset: Field.limit, as: UInt64.self)
          let entry = FormTable.entry(of: key, in: row)
          if unknown != 0 || entry >= bound { break copying }
          out += FormTable.lay(entry, at.loadUnaligned(fromByteOffset: 4, as: UInt64.self), at: out)
          at += 16
        }
        if at >= end { break }
        let low = at.load(as: UInt32.self)
        if at.load(fromByteOffset: 15, as: UInt8.self) == 1 {
          // `b`: condition in byte 0, label from byte 2. Most often right behind its comparison.
          let condition = low & 0xFF
          guard at > settled, leaves(at - 16) == FlagState.comparison.rawValue,
            FlagState.askedOfComparison &>> condition & 1 == 1, e.fixups.hasRoom
          else { break }
          e.jcc(
            code: unsafeBitCast(UInt8(truncatingIfNeeded: low), to: Condition.self).code,
            to: at.loadUnaligned(fromByteOffset: 2, as: UInt32.self), at: &out, index: index &+ (at - start) >> 4)
        } else {
          let place = UInt32(truncatingIfNeeded: out - e.code.base) | e.sectionBit
          if !e.labels.bindIfRoom(low, at: place) { break }
        }
        at += 16
      }
      e.code.count = out - e.code.base
      return at
    }

    /// What is not in the table: one instruction, and those behind it that belong to its run. Returns the last one.
    @inline(never) mutating func rare(
      _ first: UnsafeRawPointer, _ e: inout Emission, _ end: UnsafeRawPointer
    ) throws(EjitError) -> UnsafeRawPointer {
      var at = first
      do throws(Refusal) {
        while true {
          if e.run.isNone && copyRoles(at, &e) { return at }
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

    /// Lowers the instruction if the table has it for the numbers that its roles stand for.
    private func copyRoles(_ at: UnsafeRawPointer, _ e: inout Emission) -> Bool {
      guard let entry = table.entry(ofRoles: at), entry < FormTable.bound(at: e.frame.place) else { return false }
      let immediate = at.loadUnaligned(fromByteOffset: 4, as: UInt64.self)
      e.code.count &+= FormTable.lay(entry, immediate, at: e.code.base + e.code.count)
      return true
    }

    /// What the instruction at `at` does to flags, as the table has it.
    @inline(__always) func leaves(_ at: UnsafeRawPointer) -> UInt8 {
      FormTable.flags(
        Int(at.load(as: UInt8.self) & 15), of: Int(at.load(fromByteOffset: 15, as: UInt8.self)),
        in: UnsafeRawPointer(table.rows))
    }

    /// Finds out which flags the instruction at `limit` meets, looking back no further than the last time.
    @inline(__always) mutating func settleFlags(before limit: UnsafeRawPointer, _ e: inout Emission) {
      var at = limit
      while at > settled {
        at -= 16
        let flags = leaves(at)
        if flags != FormTable.neutral {
          e.flags = unsafeBitCast(flags, to: FlagState.self)
          break
        }
      }
      settled = limit
    }
  }
}
