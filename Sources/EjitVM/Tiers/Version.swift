import Ejit

/// Compiled code with what happened to it.
final class Version {
  let code: CompiledCode
  /// The bytecode that it was made of, by function: what its frames go on with when they leave it, whatever has
  /// replaced it since.
  let origins: [Int: Origin]
  /// In the order of compilation, from 0.
  let number: Int
  /// For each exit how often it was taken by need.
  var taken: [UInt32]
  /// How often exits were taken without need.
  var forced: [Int: Int] = [:]
  /// How often the interpreter or the host entered it.
  var entries = 0
  var isRetired = false

  /// A function as it was when it was compiled.
  struct Origin {
    var code: UnsafePointer<LoadedWord>
    var constants: UnsafePointer<Slot>
    var constantCount: Int
    /// For each micro-op its offset in the bytecode.
    var offsets: [UInt32]
    /// The first slot of the constants.
    var locals: Int
  }

  init(_ code: CompiledCode, origins: [Int: Origin], number: Int) {
    self.code = code
    self.origins = origins
    self.number = number
    taken = [UInt32](repeating: 0, count: code.exits.count)
  }

  deinit { unsafe code.otherwise.deallocate() }

  var specialisation: Specialisation { code.specialisation }
  var exitNumbers: Range<Int> { code.firstExit..<code.firstExit + code.exits.count }

  /// How many slots must have a certain tag.
  var assumptions: Int { specialisation.tags.reduce(0) { $1 == nil ? $0 : $0 + 1 } }

  /// Whether execution may go on at this address behind a call.
  func contains(returnAddress address: UInt) -> Bool {
    address > code.block.address && address <= code.block.address + UInt(code.block.count)
  }

  /// Whether the slots at `base` are what the code was made for.
  func fits(_ base: UnsafePointer<Slot>) -> Bool {
    for (slot, tag) in code.specialisation.tags.enumerated() {
      if let tag, unsafe base[slot].tag != tag.rawValue { return false }
    }
    return true
  }
}
