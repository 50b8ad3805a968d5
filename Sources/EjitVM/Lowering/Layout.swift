// Drafts become words: constants and stack get their slots, jumps their distances.
extension Lowering {
  func layout() -> MicroCode {
    let isFar = findFar()
    let places = self.places(isFar)
    var code = MicroCode(arguments: function.arguments, locals: locals, frame: locals + constants.count + maximumHeight)
    code.constants = constants
    for (index, draft) in drafts.enumerated() {
      if let comparison = draft.comparison { code.comparisons[places[index]] = UInt32(comparison) }
      append(draft, isFar[index], places, &code)
      let height = UInt16(locals + constants.count + draft.height)
      while code.offsets.count < code.words.count {
        code.offsets.append(UInt32(draft.offset))
        code.heights.append(height)
      }
    }
    code.handlers = handlers.map {
      Module.Handler(from: places[$0.from], to: places[$0.to], target: places[$0.target])
    }
    return code
  }

  private var locals: Int { function.arguments + function.locals }

  /// Which jumps do not reach their targets with a distance of 16 bits. Such a jump gets longer, so others may follow.
  private func findFar() -> [Bool] {
    var isFar = Array(repeating: false, count: drafts.count)
    while true {
      let places = self.places(isFar)
      var changed = false
      for (index, draft) in drafts.enumerated() where draft.isJump && draft.op != .jump && !isFar[index] {
        guard Int16(exactly: places[draft.target] - places[index] - 1) == nil else { continue }
        isFar[index] = true
        changed = true
      }
      if !changed { return isFar }
    }
  }

  /// For each draft its first word.
  private func places(_ isFar: [Bool]) -> [Int] {
    var places = [0]
    places.reserveCapacity(drafts.count + 1)
    for (index, draft) in drafts.enumerated() {
      let length = isFar[index] ? draft.op.inverse == nil ? 3 : 2 : 1 + draft.targets.count
      places.append(places[index] + length)
    }
    return places
  }

  private func append(_ draft: Draft, _ isFar: Bool, _ places: [Int], _ code: inout MicroCode) {
    let here = code.words.count
    if draft.op == .jumpTable {
      code.words.append(Word(.jumpTable, slot(draft.a), draft.targets.count - 1))
      for target in draft.targets {
        code.words.append(Word(bits: UInt64(bitPattern: Int64(places[target] - here - 1))))
      }
    } else if draft.op == .jump {
      code.words.append(jump(to: places[draft.target], from: here))
    } else if draft.isJump {
      appendConditional(draft, isFar, places[draft.target], &code)
    } else if let wide = draft.wide {
      code.words.append(Word(draft.op, x: draft.x, slot(draft.a), wide: wide))
    } else {
      code.words.append(Word(draft.op, x: draft.x, slot(draft.a), slot(draft.b), slot(draft.c)))
    }
  }

  /// A far one jumps over a wide jump if the condition is false; without an inverse it jumps to it.
  private func appendConditional(_ draft: Draft, _ isFar: Bool, _ target: Int, _ code: inout MicroCode) {
    let here = code.words.count
    let counts: UInt8 = target <= here ? 1 : 0
    if !isFar { return code.words.append(conditional(draft, draft.op, draft.x | counts, target - here - 1)) }
    if let inverse = draft.op.inverse {
      code.words.append(conditional(draft, inverse, draft.x, 1))
    } else {
      code.words.append(conditional(draft, draft.op, draft.x, 1))
      code.words.append(Word(.jump, 0, wide: 1))
    }
    code.words.append(jump(to: target, from: code.words.count))
  }

  private func conditional(_ draft: Draft, _ op: MicroOp, _ x: UInt8, _ distance: Int) -> Word {
    Word(op, x: x, slot(draft.a), slot(draft.b), distance)
  }

  private func jump(to target: Int, from here: Int) -> Word {
    Word(.jump, x: target <= here ? 1 : 0, 0, wide: Int32(target - here - 1))
  }

  private func slot(_ number: Int) -> Int {
    if number >= Draft.constant { return locals + number - Draft.constant }
    if number >= Draft.stack { return locals + constants.count + number - Draft.stack }
    return number
  }
}
