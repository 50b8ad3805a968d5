import Ejit

/// A program that takes its registers from its block and leaves them there.
struct GeneratedProgram {
  let instructions: [Instruction]
  let block: Block
  /// Instructions around the body that are always executed.
  let overhead: Int
  /// Where control shall come after a fault that no site in the program expects.
  let crash: Label
  /// The optional features without which a machine refuses it.
  let needs: Features
  /// The numbers of the registers that are stored at the end.
  let registers: [Int]

  init(_ decisions: Decisions, target: Target, block: Block, host: Generator.HostFunctions?) {
    var generator = Generator(decisions, target: target, block: block, host: host)
    (registers, overhead, crash) = generator.whole()
    instructions = generator.program
    needs = generator.needs
    self.block = block
  }
}

extension Generator {
  /// Makes the program: registers are loaded, the body, registers are stored, then what is called from there.
  fileprivate mutating func whole() -> (registers: [Int], overhead: Int, crash: Label) {
    let hasFrame = decisions.below(4) != 0
    let link = target.architecture == .aarch64 ? [30] : []
    let owned = target.abi.saved + [target.abi.framePointer] + link
    let hidden = hasFrame ? [target.abi.framePointer] + link : []
    let registers = target.abi.numbers.filter { !hidden.contains($0) }
    let crash = newLabel()
    begin(owned, hasFrame: hasFrame)
    setFree(registers.filter { !same(Register($0), base) }.map { UInt8($0) })
    for number in free { emit(.ld(.u64, Register(Int(number)), .at(base, Int32(Block.registers + 8 * Int(number))))) }
    loadNumbers()
    let before = program.count
    let statements = 4 + decisions.below(28)
    for _ in 0..<(hasFrame ? decisions.below(4) : 0) {
      let label = newLabel()
      let choice = decisions.byte()
      let onStack = choice & 2 == 0 ? 0 : 1 + Int(choice >> 2 & 3)
      routines.append(choice & 1 == 0 ? .subroutine(label) : .function(label, onStack: onStack))
    }
    scope(statements, depth: 0)
    let behind = program.count
    storeNumbers()
    for number in registers { emit(.st(.u64, Register(number), .at(base, Int32(Block.registers + 8 * number)))) }
    if hasFrame { emit(.leave) }
    end(owned, butFor: hasFrame ? target.abi.framePointer : -1)
    let overhead = before + program.count - behind
    layRoutines()
    section = .hot
    emit(.section(.hot), .entry(crash), .movi(.argument(0), Immediate(bits: block.address)))
    emit(.ld(.u64, temporary, .at(.argument(0), Int32(Block.stackPointer))), .mov(.sp, temporary))
    emit(.sti(.u64, .argument(0), Displacement(Int32(Block.crashed)), 1))
    end(owned)
    layData()
    return (registers, overhead, crash)
  }

  private mutating func begin(_ owned: [Int], hasFrame: Bool) {
    emit(.movi(.argument(0), Immediate(bits: block.address)))
    for (slot, number) in owned.enumerated() {
      emit(.st(.u64, Register(number), .at(.argument(0), Int32(Block.preserved + 8 * slot))))
    }
    emit(.mov(temporary, .sp), .st(.u64, temporary, .at(.argument(0), Int32(Block.stackPointer))))
    emit(.mov(base, .argument(0)))
    guard hasFrame else { return }
    activity = .inFrame
    let saving = RegisterSet(target.abi.saved.filter { _ in decisions.byte() & 1 == 0 }.map { Register($0) })
    enter(decisions.pick([0, 16, 64, 72, 128, 4096, 9000]), saving: saving)
  }

  /// Gives the caller its registers back; not one that `leave` has restored.
  private mutating func end(_ owned: [Int], butFor restored: Int = -1) {
    emit(.movi(.argument(0), Immediate(bits: block.address)))
    for (slot, number) in owned.enumerated() where number != restored {
      emit(.ld(.u64, Register(number), .at(.argument(0), Int32(Block.preserved + 8 * slot))))
    }
    emit(.ret)
  }
}
