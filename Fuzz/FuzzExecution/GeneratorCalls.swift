import Ejit

/// Code of the program that is called: subroutines and C functions. One calls only those behind it, so that none comes
/// back to itself.
extension Generator {
  enum Routine {
    case subroutine(Label)
    /// With so many integers on the stack, and a number behind them; 0: it has no arguments.
    case function(Label, onStack: Int)

    var label: Label {
      switch self {
      case .subroutine(let label), .function(let label, _): label
      }
    }
  }

  /// Dies where a function begins: the way to it may have been there.
  var temporary: Register { .temporary(0) }

  mutating func call() {
    if activity == .leaf { return branch() }
    let count = routines.count - callable
    if count > 0, host == nil || decisions.byte() & 3 != 0 { return call(routines[callable + decisions.below(count)]) }
    guard let host else { return branch() }
    switch decisions.below(4) {
    case 0: return callHost(withArguments: host.mix8)
    case 1: return callHost(withNumbers: host.mixNumbers)
    default: break
    }
    if activity == .inFrame, pushed == 0, frame >= 16, decisions.byte() & 1 == 0 {
      // On x86-64 the last two arguments lie on the stack.
      emit(.stPair(source(), source(), .sp, 0))
      callHost(host.mix8)
    } else {
      callHost(host.mix6)
    }
  }

  /// Eight arguments of any types from anywhere, some of them on the stack; often as if some were variable ones, which
  /// lie where the others would.
  private mutating func callHost(withArguments address: UInt64) {
    let isIndirect = decisions.byte() & 1 == 0
    if isIndirect { emit(.movi(temporary, Immediate(bits: address))) }
    let fixed = Int(decisions.byte() & 15)
    for index in 0..<8 {
      if index == fixed { emit(.variadic) }
      let type = MemoryType.allCases[decisions.below(MemoryType.allCases.count)]
      emit(decisions.byte() & 7 == 0 ? .passi(type, Imm64(Int(decisions.byte() & 0x7F))) : .pass(type, source()))
    }
    emit(.keep(decisions.byte() & 1 == 0 ? [temporary] : []))
    emit(isIndirect ? .callr(temporary) : .call(Immediate(bits: address)))
    lose(keeping: [.result(0)])
  }

  /// Integers, and more numbers of both widths than there are registers for; some registers stay as they are. The result
  /// is a number.
  private mutating func callHost(withNumbers address: UInt64) {
    emit(.pass(.u64, source()))
    for index in 0..<10 {
      let w: Width = index & 3 == 1 ? .w32 : .w64
      emit(.fpass(width: w, exact(w)))
    }
    if decisions.byte() & 1 == 0 { emit(.variadic) }
    emit(.pass(.s32, source()))
    let kept = FloatPool.kept(on: target.architecture).filter { _ in decisions.byte() & 1 == 0 }
    for register in kept { emit(.fkeep(register)) }
    emit(.call(Immediate(bits: address)))
    lose(keeping: [], [VectorRegister(0)] + kept)
  }

  private mutating func callHost(_ address: UInt64) {
    switch decisions.below(4) {
    case 0, 1: emit(.call(Immediate(bits: address)))
    case 2: emit(.movi(temporary, Immediate(bits: address)), .callr(temporary))
    default:
      let data = newLabel()
      pendingData.append(PendingData(label: data, content: [.data(.u64, Imm64(bits: address))]))
      emit(.adr(temporary, data), .callm(.at(temporary)))
    }
    lose(keeping: [.result(0)])
  }

  private mutating func call(_ routine: Routine) {
    guard case .function(let label, let onStack) = routine else { return emit(.fastCall(routine.label)) }
    let choice = decisions.below(4)
    let data = newLabel()
    if choice >= 2 { pendingData.append(PendingData(label: data, content: [.dataAddress(label)])) }
    switch choice {
    case 0: emit(.adr(temporary, label))
    case 1: break
    case 2: emit(.ldLabel(.u64, temporary, data))
    default: emit(.adr(temporary, data))
    }
    if onStack > 0 { pass(onStack: onStack) }
    switch choice {
    case 0, 2: emit(.callr(temporary))
    case 1: emit(.patchableCall(SiteID(UInt32(program.count)), label))
    default: emit(.callm(.at(temporary)))
    }
    lose(keeping: [.result(0)])  // a function may end in a tail call of one in C, which has no second
  }

  /// Integers for all registers, where the base stays in its own, and for the stack; behind those a number that finds no
  /// register free. None of them is the temporary, which may hold an address.
  private mutating func pass(onStack count: Int) {
    for index in 0..<target.abi.argumentCount + count {
      emit(
        .pass(.u64, same(base, Register(index)) && index < target.abi.argumentCount ? base : register(not: temporary)))
    }
    for _ in 0...target.abi.vectorArgumentCount { emit(.fpass(exact(.w64))) }
  }

  /// What `pass` has put on the stack.
  private mutating func loadArguments(onStack count: Int) {
    for index in 0..<count where decisions.byte() & 3 != 0 {
      let type = MemoryType.allCases[decisions.below(MemoryType.allCases.count)]
      emit(.ldArgument(type, register(), UInt32(index)))
    }
    let w = decisions.width()
    let number = exact(w)
    emit(.fldArgument(width: w, number, UInt32(count)))
    defineNumbers(but: [number])
  }

  /// Defines what a call does not preserve.
  private mutating func lose(keeping results: [Register], _ numbers: [VectorRegister] = []) {
    let kept = results.map { target.abi.number(of: $0) }
    for number in target.abi.numbers where !target.abi.isPreserved(number) && number != 30 {
      let register = Register(number)
      if same(register, base) {
        emit(.movi(register, Immediate(bits: block.address)))
      } else if !kept.contains(number) {
        emit(.movi(register, Immediate(program.count &* 0x0101_0101)))
      }
    }
    defineNumbers(but: numbers)
  }

  /// Lays down the routines.
  mutating func layRoutines() {
    let all = free
    for (index, routine) in routines.enumerated() {
      (callable, frame, pushed) = (index + 1, 0, 0)
      setFree(all.filter { number in !counters.contains { $0.rawValue == number } })
      if decisions.byte() & 3 == 0 {
        section = section == .hot ? .cold : .hot
        emit(.section(section))
      }
      switch routine {
      case .subroutine(let label): subroutine(label)
      case .function(let label, let onStack): function(label, onStack: onStack)
      }
    }
    setFree(all)
  }

  private mutating func subroutine(_ label: Label) {
    activity = .inSubroutine
    emit(.label(label), .subroutine)
    scope(1 + decisions.below(6), depth: 1)
    emit(.fastRet)
  }

  private mutating func function(_ label: Label, onStack: Int) {
    emit(.entry(label), .movi(temporary, 0x7EA5))
    let clobbered = target.abi.clobbered
    var saving = RegisterSet()
    for number in free where !clobbered.contains(Register(Int(number))) && decisions.byte() & 1 == 0 {
      saving.insert(Register(Int(number)))
    }
    let hasFrame = decisions.byte() & 3 != 0
    let own = hasFrame ? clobbered.union(saving) : clobbered
    setFree(free.filter { own.contains(Register(Int($0))) })
    activity = hasFrame ? .inFrame : .leaf
    if hasFrame { enter(decisions.pick([0, 32, 72]), saving: saving) }
    if onStack > 0 { hasFrame ? loadArguments(onStack: onStack) : defineNumbers(but: []) }
    scope(1 + decisions.below(6), depth: 1)
    if hasFrame { emit(.leave) }
    if let host, decisions.byte() & 3 == 0 { return emit(.tailCall(Immediate(bits: host.mix6))) }
    emit(.ret)
  }

  /// Begins a frame, and gives its first words something to hold.
  mutating func enter(_ bytes: Int32, saving: RegisterSet) {
    emit(.enter(bytes, saving: saving))
    frame = min(Int(bytes) & ~7, 64)
    for offset in stride(from: 0, to: frame, by: 8) {
      emit(.sti(.u64, .sp, Displacement(Int32(offset)), Imm64(bits: decisions.value())))
    }
  }
}
