/// Turns verified stack bytecode of one function into micro-ops.
///
/// Within a block the values that instructions get and push stay where they are (`StackEntry`) until something needs
/// them in their slots: a block's end, a call's arguments, a local that is about to change.
struct Lowering {
  let function: Module.Function
  let module: Module
  let heights: [Int32]
  /// By number of the module's constant.
  let constantSlots: [Slot]

  var drafts: [Draft] = []
  var stack: [StackEntry] = []
  /// The drafts of the block that is being lowered begin here.
  var block = 0
  /// For each offset the draft that begins there or later.
  var starts: [Int]
  var isLeader: [Bool]
  /// The instruction being lowered.
  var offset = 0
  var height = 0

  var constants: [Slot] = []
  /// By drafts.
  var handlers: [Module.Handler] = []
  private var constantNumbers: [ConstantKey: Int] = [:]
  /// Positions of the stack that are used, beyond the verified ones.
  var maximumHeight: Int

  private struct ConstantKey: Hashable { var payload, tag: UInt64 }

  /// `constantSlots`: the module's constants as values.
  static func lower(
    _ number: Int, of verified: VerifiedModule, _ constantSlots: [Slot]
  ) -> MicroCode {
    var lowering = Lowering(number, of: verified, constantSlots)
    lowering.lowerAll()
    lowering.improve()
    return lowering.layout()
  }

  init(_ number: Int, of verified: VerifiedModule, _ constantSlots: [Slot]) {
    module = verified.module
    function = module.functions[number]
    heights = verified.functions[number].heights
    maximumHeight = Swift.max(1, verified.functions[number].maximumHeight)
    self.constantSlots = constantSlots
    starts = Array(repeating: 0, count: function.code.count + 1)
    isLeader = Array(repeating: false, count: function.code.count + 1)
  }

  mutating func lowerAll() {
    findLeaders()
    var isReached = true
    while offset < function.code.count {
      let instruction = decoded(offset)
      if heights[offset] >= 0 {
        if isLeader[offset] { beginBlock(isReached) }
        starts[offset] = drafts.count
        height = stack.count
        let next = lower(instruction)
        isReached = next != instruction.end || !instruction.opcode.isTerminator
        skip(from: offset + 1, to: next)
        offset = next
      } else {
        skip(from: offset, to: instruction.end)
        (offset, isReached) = (instruction.end, false)
      }
    }
    starts[function.code.count] = drafts.count
  }

  func decoded(_ offset: Int) -> DecodedInstruction {
    do throws(ModuleError) {
      return try DecodedInstruction(function.code, at: offset)
    } catch {
      preconditionFailure("verified code can be decoded")
    }
  }

  private mutating func skip(from: Int, to end: Int) {
    for offset in from..<end { starts[offset] = drafts.count }
  }

  private mutating func findLeaders() {
    var offset = 0
    while offset < function.code.count {
      let instruction = decoded(offset)
      if heights[offset] >= 0 { for target in instruction.jumps { isLeader[target] = true } }
      offset = instruction.end
    }
    for handler in function.handlers { isLeader[handler.target] = true }
  }

  /// Other ways lead here: every value of the stack is in its slot.
  private mutating func beginBlock(_ isReached: Bool) {
    if isReached { materialiseAll() }
    stack = (0..<Int(heights[offset])).map { .slot($0) }
    block = drafts.count
  }

  mutating func emit(_ draft: Draft) {
    var draft = draft
    draft.offset = offset
    draft.height = height
    drafts.append(draft)
  }

  /// The number that stands for the slot of a constant.
  mutating func constant(_ slot: Slot) -> Int {
    let key = ConstantKey(payload: slot.payload, tag: slot.tag)
    if let number = constantNumbers[key] { return Draft.constant + number }
    constantNumbers[key] = constants.count
    constants.append(slot)
    return Draft.constant + constants.count - 1
  }
}
