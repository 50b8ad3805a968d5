/// Where everything lies in the running program, and in the block through which `ImageStub` is told.
///
/// Four segments, each with its own range of addresses, so that addresses are known before sizes are:
/// code can be read and executed, the others read and written, none both written and executed. What lies
/// between them is not mapped.
enum ImageLayout {
  /// Segments start at multiples of this, in the file and in memory: the largest page of the architecture.
  static let alignment = 0x1_0000

  /// The file's headers and the stub, followed by the code.
  static let program: UInt64 = 0x0040_0000
  /// The stub's offset in the file and from `program`.
  static let stubOffset = 0x200
  /// The code's offset in the file and from `program`.
  static let codeOffset = 0x1000
  static let code = program + UInt64(codeOffset)
  static let codeReach = 0x0C00_0000

  /// The control block, the calls and the results. The stub knows this address.
  static let control: UInt64 = 0x1000_0000
  static let inputs: UInt64 = 0x2000_0000
  static let outputs: UInt64 = 0x3000_0000
  static let bufferReach = 0x1000_0000

  // MARK: The control block, in 64-bit words. The stub's offsets are eight times these.

  /// Words of the control block; the calls follow.
  static let controlWords = 64
  static let callCount = 0
  // 1: the index of the current call.
  static let nextCall = 2
  static let nextResult = 3
  // 4: the stack pointer at the start.
  /// `stack_t` for sigaltstack: address, flags, size.
  static let signalStack = 5
  /// `struct sigaction`: handler, flags, restorer, mask.
  static let action = 8
  /// `struct itimerval`: interval and value, in seconds and microseconds each.
  static let limit = 12
  // 16: the same, all zero, which ends the timer.
  /// Numbers of the signals to be caught; ends with 0.
  static let signals = 20
  /// What x18…x29 and d8…d15 hold when a call begins.
  static let preserved = 30
  static let preservedWords = 20
  /// Address and size of what is to be written to standard output; ends with size 0.
  static let ranges = 50

  /// x0…x7, d0…d7, entry address.
  static let callWords = 17
  /// Status (1: returned, 256 + a signal), x0, x1, d0, d1, by how much sp moved, x18…x29, d8…d15.
  static let resultWords = 26
  /// What the results and the calls leave room for before `inputs`.
  static let maximumCalls = 700_000

  /// Bytes of the stack that signals are handled on.
  static let signalStackSize = 0x1_0000
}
