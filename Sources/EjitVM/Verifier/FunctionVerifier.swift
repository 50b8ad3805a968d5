/// The verification of one function: its instructions, then their heights.
struct FunctionVerifier {
  let function: Module.Function
  let module: Module
  /// The instructions in the order of the code; also those that are never reached.
  private(set) var instructions: [DecodedInstruction] = []
  /// Where each begins.
  private(set) var offsets: [Int] = []
  /// For each offset the number of the instruction that begins there, or -1.
  private(set) var numbers: [Int32] = []
  private(set) var heights: [Int32] = []
  /// For each instruction the offset where what it throws is caught: the target of the first handler that fits, or -1.
  private(set) var targets: [Int] = []
  private(set) var maximumHeight = 0

  init(_ function: Module.Function, of module: Module) throws(VerifyError) {
    (self.function, self.module) = (function, module)
    numbers = Array(repeating: -1, count: function.code.count)
    heights = numbers
    try verifyCounts()
    try decode()
  }

  private func verifyCounts() throws(VerifyError) {
    let (limit, handlers) = (Module.maximumFrame, Module.maximumHandlers)
    for (subject, count) in [(VerifyError.Subject.argument, function.arguments), (.local, function.locals)] {
      guard 0...limit ~= count else { throw error(.tooMany(subject, count: count, limit: limit)) }
    }
    guard function.handlers.count <= handlers else {
      throw error(.tooMany(.handler, count: function.handlers.count, limit: handlers))
    }
  }

  private mutating func decode() throws(VerifyError) {
    var offset = 0
    while offset < function.code.count {
      numbers[offset] = Int32(instructions.count)
      offsets.append(offset)
      let instruction = try decoded(at: offset)
      instructions.append(instruction)
      try verifyOperand(of: instruction, at: offset)
      offset = instruction.end
    }
    for (number, instruction) in instructions.enumerated() {
      for target in instruction.jumps where !isInstruction(target) { throw error(.badTarget(target), at: number) }
    }
  }

  private func decoded(at offset: Int) throws(VerifyError) -> DecodedInstruction {
    do throws(ModuleError) {
      return try DecodedInstruction(function.code, at: offset)
    } catch {
      let mnemonic = Opcode(rawValue: function.code[offset])?.mnemonic
      throw VerifyError(
        function: function.name, offset: offset, mnemonic: mnemonic, reason: .undecodable(error.kind))
    }
  }

  private func verifyOperand(of instruction: DecodedInstruction, at offset: Int) throws(VerifyError) {
    let subject: VerifyError.Subject
    let count: Int
    switch instruction.opcode.operand {
    case .constant: (subject, count) = (.constant, module.constants.count)
    case .local: (subject, count) = (.local, function.arguments + function.locals)
    case .function: (subject, count) = (.function, module.functions.count)
    case .host: (subject, count) = (.host, module.hosts.count)
    case .none, .integer, .target, .targets, .count, .kind: return
    }
    guard instruction.operand < count else {
      throw error(.outOfRange(subject, number: instruction.operand, count: count), at: offsets.count - 1)
    }
  }

  func isInstruction(_ offset: Int) -> Bool { numbers.indices.contains(offset) && numbers[offset] >= 0 }

  mutating func verifyHandlers() throws(VerifyError) {
    for handler in function.handlers {
      guard handler.from < handler.to else { throw error(.emptyRange(from: handler.from, to: handler.to)) }
      for place in [handler.from, handler.target] where !isInstruction(place) { throw error(.badTarget(place)) }
      guard isInstruction(handler.to) || handler.to == function.code.count else {
        throw error(.badTarget(handler.to))
      }
    }
    findTargets()
  }

  /// Each instruction is visited once by the handler that it gets, whatever the others say.
  private mutating func findTargets() {
    targets = Array(repeating: -1, count: instructions.count)
    // From each instruction the way to the next one that has no handler yet.
    var next = Array(0...instructions.count)
    for handler in function.handlers {
      let end = handler.to == function.code.count ? instructions.count : Int(numbers[handler.to])
      var number = Int(numbers[handler.from])
      while true {
        while next[number] != number {
          next[number] = next[next[number]]
          number = next[number]
        }
        if number >= end { break }
        targets[number] = handler.target
        next[number] = number + 1
      }
    }
  }

  /// About the instruction with this number; without one about the function.
  func error(_ reason: VerifyError.Reason, at number: Int? = nil) -> VerifyError {
    let offset = number.map { offsets[$0] } ?? 0
    // An instruction that is just being decoded is not among them yet.
    let mnemonic = number.flatMap { _ in Opcode(rawValue: function.code[offset])?.mnemonic }
    return VerifyError(function: function.name, offset: offset, mnemonic: mnemonic, reason: reason)
  }
}

// MARK: Heights

extension FunctionVerifier {
  /// Walks all ways from the start, and from the handlers of what is reached.
  mutating func findHeights() throws(VerifyError) {
    guard !instructions.isEmpty else { throw error(.fallsOff) }
    var work = [0]
    heights[0] = 0
    while let number = work.popLast() {
      let instruction = instructions[number]
      let left = try height(after: number)
      if targets[number] >= 0 { try reach(targets[number], height: 1, from: number, &work) }
      for target in instruction.jumps { try reach(target, height: left, from: number, &work) }
      if instruction.opcode.isTerminator { continue }
      guard isInstruction(instruction.end) else { throw error(.fallsOff, at: number) }
      try reach(instruction.end, height: left, from: number, &work)
    }
  }

  private mutating func height(after number: Int) throws(VerifyError) -> Int {
    let instruction = instructions[number]
    let height = Int(heights[offsets[number]])
    let (taken, left) = effect(of: instruction)
    guard taken <= height else { throw error(.stackUnderflow(taken: taken, height: height), at: number) }
    let result = height - taken + left
    maximumHeight = max(maximumHeight, height, result)
    guard maximumHeight <= Module.maximumFrame else {
      throw error(.tooMany(.slot, count: maximumHeight, limit: Module.maximumFrame), at: number)
    }
    return result
  }

  private func effect(of instruction: DecodedInstruction) -> (taken: Int, left: Int) {
    var (taken, left) = instruction.opcode.effect
    switch instruction.opcode {
    case .call: taken += module.functions[instruction.operand].arguments
    case .callHost: taken += module.hosts[instruction.operand].arguments
    case .callIndirect: taken += instruction.operand
    default: break
    }
    return (taken, left)
  }

  private mutating func reach(
    _ offset: Int, height: Int, from number: Int, _ work: inout [Int]
  ) throws(VerifyError) {
    let before = heights[offset]
    if before < 0 {
      heights[offset] = Int32(height)
      work.append(Int(numbers[offset]))
    } else if before != height {
      throw error(.heightMismatch(before: Int(before), now: height), at: Int(numbers[offset]))
    }
  }

  /// The frame has a slot for each constant that is not part of an instruction; at most one for each that is pushed.
  func verifyFrame() throws(VerifyError) {
    var integers: Set<Int> = []
    var others: Set<Int> = []
    for instruction in instructions {
      switch instruction.opcode {
      case .constInt: integers.insert(instruction.operand)
      case .const: others.insert(instruction.operand)
      default: break
      }
    }
    let literals = 3  // false, true, nil
    let count =
      function.arguments + function.locals + integers.count + others.count + literals + max(maximumHeight, 1)
    guard count <= Module.maximumFrame else {
      throw error(.tooMany(.slot, count: count, limit: Module.maximumFrame))
    }
  }
}
