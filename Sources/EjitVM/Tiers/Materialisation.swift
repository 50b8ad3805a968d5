/// What an exit says becomes slots of the interpreter.
enum Materialisation {
  /// Stores all values of all frames, and the constants of each. Where a value is is never a slot that another one
  /// overwrites: it is a register, a constant or its own slot.
  static func store(_ exit: Exit, _ version: Version, _ registers: SavedRegisters) {
    for frame in exit.frames {
      let base = registers.base + frame.base
      let origin = version.origins[frame.function]!
      for index in 0..<origin.constantCount { unsafe base[origin.locals + index] = unsafe origin.constants[index] }
      for value in frame.values { store(value, base + value.slot, registers) }
    }
  }

  private static func store(_ value: Exit.Value, _ slot: UnsafeMutablePointer<Slot>, _ registers: SavedRegisters) {
    switch value.location {
    case .register(let number, let tag): unsafe slot.pointee = Slot(registers[number], tag)
    case .vector(let number): unsafe slot.pointee = Slot(registers[vector: number], .float)
    case .memory(let tag): unsafe slot.pointee.tag = tag.rawValue
    case .slot: break
    case .constant(let constant): unsafe slot.pointee = constant
    case .result: unsafe slot.pointee = registers.result
    }
  }
}
