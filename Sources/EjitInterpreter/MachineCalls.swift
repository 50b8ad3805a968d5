import CEjitShims
import Ejit

/// Frames, subroutines, calls and returns.
///
/// The stack grows downwards in steps of 16 bytes. A call pushes the return address. `enter` pushes the caller's frame
/// pointer, and lets the frame pointer hold the address of that word, so that frames form a chain; below lie the
/// saved registers, upwards by number, and below them what `enter` gives to the program. Arguments that no register
/// carries lie above the return address.
extension Machine {
  /// Index of the step that is none: the program has returned to the interpreter's caller.
  static let exit = -1

  /// Sets up what a program finds when it is called.
  func begin(_ arguments: [UInt64], floats: [UInt64]) throws(Fault) {
    for number in 0..<RegisterSlots.count { registers[number] = Interpreter.undefined(number) }
    for number in 0..<RegisterSlots.count { vectors[number] = Interpreter.undefined(vector: number) }
    for index in 0..<min(floats.count, target.abi.vectorArgumentCount) { vectors[index] = floats[index] }
    let inRegisters = min(arguments.count, target.abi.argumentCount)
    let onStack = 8 * UInt64(arguments.count - inRegisters) + shadow
    stackPointer = ranges[0].base + ranges[0].count
    // The end of the chain. Arm, AAPCS64 §6.4.6, The Frame Pointer; System V ABI, x86-64, §3.4.1.
    registers[framePointer] = 0
    do throws(Fault.Cause) {
      try makeRoom((onStack + 15) & ~15)
      for index in 0..<inRegisters { registers[index] = arguments[index] }
      for index in inRegisters..<arguments.count {
        try store(.u64, arguments[index], stackPointer + shadow + 8 * UInt64(index - inRegisters))
      }
      try push(.exit)
    } catch {
      throw Fault(error, instruction: -1)
    }
  }

  /// Bytes below the stack arguments that belong to the callee.
  private var shadow: UInt64 { UInt64(target.abi.homeBytes) }

  /// Lowers the stack pointer by `bytes`, which the program may then write.
  func makeRoom(_ bytes: UInt64) throws(Fault.Cause) {
    let lowered = stackPointer &- bytes
    guard bytes == 0 || ranges.contains(where: { $0.isWritable && $0.contains(lowered, bytes) }) else {
      throw Fault.Cause(kind: .stackOverflow, address: lowered)
    }
    stackPointer = lowered
  }

  private func push(_ address: CodeAddress) throws(Fault.Cause) {
    try makeRoom(16)
    try store(.u64, address.bits, stackPointer)
  }

  /// `enter`: `saved` has the registers in its low half, the number of vector registers above.
  func enter(_ bytes: Int32, saving saved: UInt64) throws(Fault.Cause) {
    let numbers = UInt32(truncatingIfNeeded: saved)
    let link = stackPointer &- 16
    let vectors = savedVectors(saved, below: link)
    try makeRoom(16 + (link &- vectors.address) + (UInt64(UInt32(bitPattern: bytes)) + 15) & ~15)
    try store(.u64, registers[framePointer], link)
    registers[framePointer] = link
    try forEach(numbers, from: link &- UInt64(numbers.nonzeroBitCount) * 8) { number, address throws(Fault.Cause) in
      try store(.u64, registers[number], address)
    }
    try forEach(vectors.numbers, from: vectors.address) { number, address throws(Fault.Cause) in
      try store(.u64, self.vectors[number], address)
    }
  }

  /// `leave`: back to what `enter` found, wherever `sp` points now.
  func leave(_ saved: UInt64) throws(Fault.Cause) {
    let numbers = UInt32(truncatingIfNeeded: saved)
    let link = registers[framePointer]
    let vectors = savedVectors(saved, below: link)
    try forEach(vectors.numbers, from: vectors.address) { number, address throws(Fault.Cause) in
      self.vectors[number] = try load(.u64, address)
    }
    try forEach(numbers, from: link &- UInt64(numbers.nonzeroBitCount) * 8) { number, address throws(Fault.Cause) in
      registers[number] = try load(.u64, address)
    }
    registers[framePointer] = try load(.u64, link)
    stackPointer = link &+ 16
  }

  /// Which vector registers a frame saves, and where, below the registers.
  private func savedVectors(_ saved: UInt64, below link: UInt64) -> (numbers: UInt32, address: UInt64) {
    let count = saved >> 32
    let first = UInt64(target.abi.savedVectors.first ?? 0)
    let numbers = (UInt32(1) << UInt32(count) - 1) << UInt32(first)
    let registers = UInt64((UInt32(truncatingIfNeeded: saved).nonzeroBitCount * 8 + 15) & ~15)
    return (numbers, link &- registers &- (count * 8 + 15) & ~15)
  }

  /// Where the caller of this frame's function put the `index`-th argument on the stack.
  func stackArgument(_ index: UInt32) -> UInt64 { registers[framePointer] &+ 32 &+ shadow &+ 8 * UInt64(index) }

  /// `push`.
  func push(registers numbers: UInt32) throws(Fault.Cause) {
    try makeRoom(UInt64(numbers.nonzeroBitCount + numbers.nonzeroBitCount % 2) * 8)
    try forEach(numbers, from: stackPointer) { number, address throws(Fault.Cause) in
      try store(.u64, registers[number], address)
    }
  }

  /// `pop`.
  func pop(registers numbers: UInt32) throws(Fault.Cause) {
    let (base, count) = (stackPointer, UInt64(numbers.nonzeroBitCount))
    guard count == 0 || ranges.contains(where: { $0.contains(base, count * 8) }) else {
      throw Fault.Cause(kind: .unreadable, address: base)
    }
    try forEach(numbers, from: base) { number, address throws(Fault.Cause) in
      registers[number] = try load(.u64, address)
    }
    stackPointer = base &+ (count + count % 2) * 8
  }

  /// Each of the numbers, with the address of its word; that of the lowest is `base`.
  @inline(__always) func forEach(
    _ numbers: UInt32, from base: UInt64, _ body: (Int, UInt64) throws(Fault.Cause) -> Void
  ) throws(Fault.Cause) {
    var address = base
    var rest = numbers
    while rest != 0 {
      try body(rest.trailingZeroBitCount, address)
      rest &= rest &- 1
      address &+= 8
    }
  }

  /// `fastCall`: returns the index of the next step.
  func fastCall(from index: Int) throws(Fault.Cause) -> Int {
    try push(.behindFastCall(index))
    return target(of: index)
  }

  /// `fastRet`: returns the index of the next step.
  func fastRet() throws(Fault.Cause) -> Int {
    let bits = try load(.u64, stackPointer)
    guard case .behindFastCall(let index) = CodeAddress(bits) else {
      throw Fault.Cause(kind: .badReturn, address: bits)
    }
    stackPointer &+= 16
    return index &+ 1
  }

  /// `ret`: returns the index of the next step.
  func ret() throws(Fault.Cause) -> Int {
    let bits = try load(.u64, stackPointer)
    switch CodeAddress(bits) {
    case .exit:
      stackPointer &+= 16
      return Machine.exit
    case .behindCall(let index):
      stackPointer &+= 16
      keepResults()
      try endRun(before: index)
      return index &+ 1
    case .label, .behindFastCall, nil: throw Fault.Cause(kind: .badReturn, address: bits)
    }
  }

  /// `jr` and `jm`: returns the index of the next step.
  func jump(to address: UInt64) throws(Fault.Cause) -> Int {
    guard case .label(let index) = CodeAddress(address), index < count, program[index].binds != nil else {
      throw Fault.Cause(kind: resolution.data.contains(address) ? .executedData : .badJump, address: address)
    }
    return index
  }

  /// `call`, `callr` and `callm`: returns the index of the next step.
  func call(_ address: UInt64, from index: Int) throws(Fault.Cause) -> Int {
    let run = run(before: index)
    if CodeAddress.isReserved(address) {
      let next = try jump(to: address)
      if let run { try begin(run) }
      try push(.behindCall(index))
      return next
    }
    if let run { try callHost(address, run) } else { try callHost(address, stackArguments: stackPointer &+ shadow) }
    return index &+ 1
  }

  /// `patchableCall`: returns the index of the next step.
  func call(from index: Int) throws(Fault.Cause) -> Int {
    if let run = run(before: index) { try begin(run) }
    try push(.behindCall(index))
    return target(of: index)
  }

  /// `tailCall`: returns the index of the next step. The arguments on the stack are those of this function.
  func tailCall(_ address: UInt64) throws(Fault.Cause) -> Int {
    if CodeAddress.isReserved(address) { return try jump(to: address) }
    try callHost(address, stackArguments: stackPointer &+ 16 &+ shadow)
    return try ret()
  }

  /// `jumpTable`, the entries of which stand right before it: returns the index of the next step.
  func jumpTable(at index: Int, _ place: UInt64) -> Int {
    let word = word(of: index)
    let (count, otherwise) = (word >> 32, word & 0xFFFF_FFFF)
    return place < count ? target(of: index - Int(count - place)) : Int(otherwise)
  }

  /// Behind a call only results and preserved registers hold what the callee left.
  func keepResults() {
    let results = (self[Register.result(0)], self[Register.result(1)])
    let vectorCount = target.abi.vectorResults.count
    var vectorResults: [4 of UInt64] = .init(repeating: 0)
    for index in 0..<vectorCount { vectorResults[index] = vectors[index] }
    loseRegisters()
    (self[Register.result(0)], self[Register.result(1)]) = results
    for index in 0..<vectorCount { vectors[index] = vectorResults[index] }
  }

  /// Calls a C function with every argument register of the target, and the words at `words` as further arguments. The
  /// registers and words of the target form one list, dealt out anew as the convention of this machine wants it; so do
  /// the vector registers.
  private func callHost(_ address: UInt64, stackArguments words: UInt64) throws(Fault.Cause) {
    var call = HostCall()
    let inRegisters = target.abi.argumentCount
    for index in 0..<inRegisters { call.add(.integer(.u64), registers[index]) }
    for index in inRegisters..<24 {
      let word = words &+ 8 * UInt64(index - inRegisters)
      guard let value = try? load(.u64, word) else { break }
      call.add(.integer(.u64), value)
    }
    for index in 0..<target.abi.vectorArgumentCount { call.setVector(index, vectors[index]) }
    try make(&call, address)
  }

  /// Makes a call of a C function; behind it registers hold its results.
  func make(_ call: inout HostCall, _ address: UInt64) throws(Fault.Cause) {
    guard address != 0, !resolution.data.contains(address) else {
      throw Fault.Cause(kind: address == 0 ? .badJump : .executedData, address: address)
    }
    guard allowsHostCalls, call.make(UInt(address)) else {
      throw Fault.Cause(kind: .callRefused, address: address)
    }
    loseRegisters()
    (self[Register.result(0)], self[Register.result(1)]) = (call.results[0], call.results[1])
    for index in 0..<min(2, target.abi.vectorResults.count) { vectors[index] = call.vectorResults[index] }
  }
}
