import Ejit

/// The code between compiled code and Swift, made once for each machine.
///
/// All keep the native stack aligned and have a frame pointer; `NativeState` says where compiled code was left.
struct Trampolines {
  let block: CodeArena.Block
  /// Of C: `(code, base, depth, number of the function) -> tag`; payload and tag of the result are in `base[0]`.
  let enter: UInt
  /// `Services.exit`.
  let exit: UInt
  /// `Services.step`.
  let step: UInt
  /// `Services.test`.
  let test: UInt
  /// What calls of functions without compiled code go to.
  let interpret: UInt

  /// The functions of C that the trampolines call, with `context` as their first argument.
  struct Callees {
    var context: UInt
    /// `(context, number of the exit, saved registers) -> tag`; the payload is in the first slot of the frame.
    var exit: UInt
    /// `(context, micro-op, base, depth) -> 0 or 1`
    var step: UInt
    /// `(context, conditional jump, base, depth) -> 0, 1 or 2`
    var test: UInt
    /// `(context, number of the function, base, depth) -> tag or address`: the payload is in the first slot of the
    /// frame; what is no tag is the address of code to go on with.
    var interpret: UInt
  }

  private enum Place: UInt32 { case enter, exit, step, test, interpret, jump, resumed }

  init(_ arena: CodeArena, _ state: UnsafeMutablePointer<NativeState>, _ callees: Callees) throws(EjitError) {
    let address = UInt64(UInt(bitPattern: state))
    var assembler = Assembler()
    var program = Self.enterCode(address)
    program += Self.exitCode(address, callees)
    program += Self.stepCode(.step, address, callees.step, callees)
    program += Self.stepCode(.test, address, callees.test, callees)
    program += Self.interpretCode(address, callees)
    try assembler.assemble(program)
    block = try arena.add(assembler)
    let start = block.address
    func place(_ place: Place) -> UInt { start + UInt(assembler.offset(of: Label(place.rawValue))!) }
    (enter, exit, interpret) = (place(.enter), place(.exit), place(.interpret))
    (step, test) = (place(.step), place(.test))
  }

  private static let abi = Target.host.abi
  /// Registers that hold neither results nor arguments of ours.
  private static let (first, second) = (Register.argument(4), Register.argument(5))

  /// Behind the call of compiled code nothing is preserved but `base`.
  private static func enterCode(_ state: UInt64) -> [Instruction] {
    let frame = Register(abi.framePointer)
    return [
      .entry(Label(Place.enter.rawValue)),
      .enter(NativeState.entryBytes, saving: RegisterSet(abi.saved.map { Register($0) }), vectors: savedVectors),
      .mov(Convention.base, .argument(1)), .mov(Convention.depth, .argument(2)),
      .mov(Convention.callee, .argument(3)),
      .movi(first, Immediate(bits: state)),
      .ld(.u64, second, .at(first, NativeState.exitOffset)),
      .st(.u64, second, .at(.sp, NativeState.previousExitOffset)),
      .ld(.u64, second, .at(first, NativeState.entryOffset)),
      .st(.u64, second, .at(.sp, NativeState.previousEntryOffset)),
      .st(.u64, frame, .at(.sp, NativeState.frameOffset)),
      .mov(second, .sp), .st(.u64, second, .at(first, NativeState.entryOffset)),
      .callr(.argument(0)),
      .movi(first, Immediate(bits: state)),
      .ld(.u64, second, .at(.sp, NativeState.previousExitOffset)),
      .st(.u64, second, .at(first, NativeState.exitOffset)),
      .ld(.u64, second, .at(.sp, NativeState.previousEntryOffset)),
      .st(.u64, second, .at(first, NativeState.entryOffset)),
      // A frame that goes on has all its slots as they must be.
      .branchi(.eq, Convention.tag, Imm64(bits: Tiers.resumed), Label(Place.resumed.rawValue)),
      .st(.u64, Convention.payload, .at(Convention.base)), .st(.u64, Convention.tag, .at(Convention.base, 8)),
      .label(Label(Place.resumed.rawValue)), .mov(.result(0), Convention.tag), .leave, .ret,
    ]
  }

  private static var savedVectors: UInt8 { UInt8(abi.savedVectors.count) }

  private static func exitCode(_ state: UInt64, _ callees: Callees) -> [Instruction] {
    var code: [Instruction] = [.entry(Label(Place.exit.rawValue)), .enter(SavedRegisters.byteCount)]
    let kept = Convention.registers(abi) + [Convention.base, Convention.depth].compactMap { abi.number(of: $0) }
    for number in kept { code.append(.st(.u64, Register(number), .at(.sp, SavedRegisters.offset(number)))) }
    for number in Convention.vectors(abi) {
      code.append(.fst(VectorRegister(number), .at(.sp, SavedRegisters.offset(vector: number))))
    }
    code += [.mov(first, Convention.callee), .mov(second, .sp)] + leaving(state)
    code += [
      .passi(.u64, Imm64(bits: UInt64(callees.context))), .pass(.u64, first), .pass(.u64, second),
      .call(Immediate(bits: UInt64(callees.exit))),
    ]
    return code + returning
  }

  private static func stepCode(
    _ place: Place, _ state: UInt64, _ function: UInt, _ callees: Callees
  ) -> [Instruction] {
    [.entry(Label(place.rawValue)), .enter(0)] + leaving(state) + [
      .passi(.u64, Imm64(bits: UInt64(callees.context))), .pass(.u64, Convention.callee), .pass(.u64, Convention.base),
      .pass(.u64, Convention.depth), .call(Immediate(bits: UInt64(function))), .leave, .ret,
    ]
  }

  /// The number of the function is kept in the frame for the code that is jumped to.
  private static func interpretCode(_ state: UInt64, _ callees: Callees) -> [Instruction] {
    let isCode = Label(Place.jump.rawValue)
    var code: [Instruction] = [.entry(Label(Place.interpret.rawValue)), .enter(16)] + leaving(state)
    code += [
      .st(.u64, Convention.callee, .at(.sp)),
      .passi(.u64, Imm64(bits: UInt64(callees.context))), .pass(.u64, Convention.callee), .pass(.u64, Convention.base),
      .pass(.u64, Convention.depth), .call(Immediate(bits: UInt64(callees.interpret))),
      .branchi(.ugt, .result(0), 255, isCode),
    ]
    code += returning
    return code + [
      .label(isCode), .mov(first, .result(0)), .ld(.u64, Convention.callee, .at(.sp)), .leave, .jr(first),
    ]
  }

  /// Compiled code is left through this frame.
  private static func leaving(_ state: UInt64) -> [Instruction] {
    // x86-64 and AArch64 both have this register free here: it carries no operand of a trampoline.
    let address = Register.argument(3)
    return [
      .movi(address, Immediate(bits: state)),
      .st(.u64, Register(abi.framePointer), .at(address, NativeState.exitOffset)),
    ]
  }

  /// The result of the C function is the tag.
  private static var returning: [Instruction] {
    [.mov(Convention.tag, .result(0)), .ld(.u64, Convention.payload, .at(Convention.base)), .leave, .ret]
  }
}
