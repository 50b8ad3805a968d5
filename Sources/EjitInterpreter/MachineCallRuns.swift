import Ejit

/// Calls with arguments: the ops of a run stand right before the call that closes it.
///
/// Below what the program sees of the stack lie the kept registers, upwards by number, below them the kept vector
/// registers, and below those the arguments that no register carries.
extension Machine {
  /// A run, by the indices of its ops.
  typealias CallRun = Range<Int>

  /// The run that the call at `index` closes, if there is one.
  func run(before index: Int) -> CallRun? {
    var first = index
    while first > 0, program[first - 1].isCallOperand { first -= 1 }
    return first == index ? nil : first..<index
  }

  /// An argument: what it is, and its bits.
  private func argument(_ index: Int) -> (type: ArgumentLayout.Argument, bits: UInt64)? {
    if case .pass(let type, let a) = program[index] { return (.integer(type), Semantics.extended(type, self[a])) }
    if case .passi(let type, let value) = program[index] {
      return (.integer(type), Semantics.extended(type, value.bits))
    }
    if case .fpass(let w, let a) = program[index] { return (.float(w), Semantics.fmov(w, self[a])) }
    return nil
  }

  private func isVariadic(_ run: CallRun) -> Bool {
    run.contains { if case .variadic = program[$0] { true } else { false } }
  }

  /// What the call leaves as it is, of what the convention would not.
  private func kept(_ run: CallRun) -> (numbers: UInt32, vectors: UInt32) {
    var (numbers, kept): (UInt32, UInt32) = (0, 0)
    for index in run {
      if case .keep = program[index] { numbers |= operands[index] }
      if case .fkeep(let register) = program[index] { kept |= 1 << UInt32(slots[vector: register]) }
    }
    return (numbers & dying, kept & target.abi.clobberedVectors)
  }

  /// Bytes that kept registers take.
  private func bytes(of kept: (numbers: UInt32, vectors: UInt32)) -> UInt64 {
    UInt64((8 * (kept.numbers.nonzeroBitCount + kept.vectors.nonzeroBitCount) + 15) & ~15)
  }

  /// Saves what is kept and puts the arguments where a function of the program looks for them.
  func begin(_ run: CallRun) throws(Fault.Cause) {
    var layout = ArgumentLayout(target.abi, isVariadic: isVariadic(run))
    var arguments: [(place: ArgumentLayout.Place, bits: UInt64)] = []
    for index in run {
      if case .variadic = program[index] { layout.beginVariable() }
      guard let (type, bits) = argument(index) else { continue }
      arguments.append((layout.next(type), bits))
    }
    let kept = kept(run)
    try makeRoom(bytes(of: kept))
    try moveKept(kept, load: false)
    try makeRoom(UInt64(layout.stackBytes))
    for (place, bits) in arguments {
      switch place {
      case .register(let number): registers[number] = bits
      case .vector(let number): vectors[number] = bits
      case .both(let number, let vector):
        registers[number] = bits
        vectors[vector] = bits
      case .stack(let offset, let bytes):
        let type: MemoryType = bytes == 8 ? .u64 : bytes == 4 ? .u32 : bytes == 2 ? .u16 : .u8
        try store(type, bits, stackPointer &+ UInt64(offset))
      }
    }
    if isVariadic(run) && target.abi == .sysV { self[Register.result(0)] = UInt64(layout.vectorRegisterCount) }
  }

  /// Behind the call that the run belongs to: takes the arguments off the stack, restores what was kept.
  func endRun(before index: Int) throws(Fault.Cause) {
    guard let run = run(before: index) else { return }
    var layout = ArgumentLayout(target.abi, isVariadic: isVariadic(run))
    for index in run {
      if case .variadic = program[index] { layout.beginVariable() }
      if let argument = argument(index) { _ = layout.next(argument.type) }
    }
    stackPointer &+= UInt64(layout.stackBytes)
    let kept = kept(run)
    try moveKept(kept, load: true)
    stackPointer &+= bytes(of: kept)
  }

  private func moveKept(_ kept: (numbers: UInt32, vectors: UInt32), load isLoad: Bool) throws(Fault.Cause) {
    try forEach(kept.vectors, from: stackPointer) { number, address throws(Fault.Cause) in
      if isLoad { vectors[number] = try load(.u64, address) } else { try store(.u64, vectors[number], address) }
    }
    let above = stackPointer &+ 8 * UInt64(kept.vectors.nonzeroBitCount)
    try forEach(kept.numbers, from: above) { number, address throws(Fault.Cause) in
      if isLoad { registers[number] = try load(.u64, address) } else { try store(.u64, registers[number], address) }
    }
  }

  /// Calls a C function with the arguments of a run, whatever their places on the target.
  func callHost(_ address: UInt64, _ run: CallRun) throws(Fault.Cause) {
    var call = HostCall(isVariadic: isVariadic(run))
    for index in run {
      if case .variadic = program[index] { call.beginVariable() }
      if let (type, bits) = argument(index) { call.add(type, bits, isNeeded: true) }
    }
    let kept = kept(run)
    try makeRoom(bytes(of: kept))
    try moveKept(kept, load: false)
    try make(&call, address)
    try moveKept(kept, load: true)
    stackPointer &+= bytes(of: kept)
  }
}
