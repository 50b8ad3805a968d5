import Ejit

/// Register numbers, immediates and label numbers in memory that the optimizer cannot see through, for as long
/// as the process lives.
struct OpaqueOperands {
  private let registers: UnsafeMutablePointer<UInt8>
  private let immediates: UnsafeMutablePointer<UInt64>
  private let labels: UnsafeMutablePointer<UInt32>

  init() {
    registers = .allocate(capacity: 4)
    immediates = .allocate(capacity: 4)
    labels = .allocate(capacity: 1000)
    for index in 0..<4 { (registers + index).initialize(to: UInt8(index)) }
    for (index, value) in [10000, 0, 1, 0].enumerated() { (immediates + index).initialize(to: UInt64(value)) }
    for index in 0..<1000 { (labels + index).initialize(to: UInt32(index)) }
  }

  /// All loops of S2, emitted one instruction at a time.
  @inline(never) func emitAll(_ assembler: inout Assembler) throws(EjitError) {
    try assembler.emitting { (emitter: consuming Emitter) throws(EjitError) in
      for loop in 0..<1000 { try emit(loop, &emitter) }
      return emitter
    }
  }

  @inline(__always) private func r(_ index: Int) -> Register { Register(rawValue: registers[index]) }
  @inline(__always) private func value(_ index: Int) -> Immediate { Immediate(bits: immediates[index]) }

  /// The ten instructions of a loop of S2, built one by one.
  @inline(__always) func loop(_ index: Int, _ put: (Int, Instruction) -> Void) {
    let label = Label(labels[index])
    put(0, .movi(r(0), value(0)))
    put(1, .movi(r(1), value(1)))
    put(2, .movi(r(2), value(2)))
    put(3, .label(label))
    put(4, .add(r(1), r(1), r(0)))
    put(5, .sub(r(0), r(0), r(2)))
    put(6, .cmpi(r(0), value(3)))
    put(7, .b(.ne, label))
    put(8, .mov(r(3), r(1)))
    put(9, .ret)
  }

  /// The same ten, each emitted where it is written.
  @inline(__always) private func emit(_ index: Int, _ emitter: inout Emitter) throws(EjitError) {
    let label = Label(labels[index])
    try emitter.emit(.movi(r(0), value(0)))
    try emitter.emit(.movi(r(1), value(1)))
    try emitter.emit(.movi(r(2), value(2)))
    try emitter.emit(.label(label))
    try emitter.emit(.add(r(1), r(1), r(0)))
    try emitter.emit(.sub(r(0), r(0), r(2)))
    try emitter.emit(.cmpi(r(0), value(3)))
    try emitter.emit(.b(.ne, label))
    try emitter.emit(.mov(r(3), r(1)))
    try emitter.emit(.ret)
  }
}
