import Ejit

/// What a piece of compiled code is made for: its assumptions are checked before it is entered.
struct Specialisation: Hashable {
  var function: Int
  var entry: Entry
  /// The tags of the slots at the entry: of the arguments at the start, of all slots below the height in a loop.
  /// nil: nothing is assumed, the slot is read with its tag.
  var tags: [Tag?]

  enum Entry: Hashable {
    case start
    /// At this word, the target of a jump backwards.
    case loop(word: Int)
  }
}

/// Code of one function for one specialisation.
final class CompiledCode {
  let specialisation: Specialisation
  let block: CodeArena.Block
  /// Offset of the entry that finds everything in slots, in bytes from the start of the block.
  let entry: Int
  /// Offset of the entry with the arguments in registers; nil: there is none.
  let registerEntry: Int?
  let exits: ExitTable
  /// Number of this code's first exit among all of the machine.
  let firstExit: Int
  /// Functions whose bytecode is part of this code, its own included.
  let functions: Set<Int>
  /// What it was made of, where that is kept.
  var program: [Instruction] = []
  /// Where the entry's check of tags goes when it fails: the address of the next code to try, in memory of its own. Behind
  /// it may be the count of entries that are left until the code is renewed.
  let otherwise: UnsafeMutablePointer<UInt>

  init(
    _ specialisation: Specialisation, _ block: CodeArena.Block, entry: Int, registerEntry: Int? = nil,
    exits: consuming ExitTable, firstExit: Int, functions: Set<Int>, otherwise: UnsafeMutablePointer<UInt>
  ) {
    self.specialisation = specialisation
    self.block = block
    self.entry = entry
    self.registerEntry = registerEntry
    self.exits = exits
    self.firstExit = firstExit
    self.functions = functions
    self.otherwise = otherwise
  }

  var address: UInt { block.address + UInt(entry) }
  var registerAddress: UInt? { registerEntry.map { block.address + UInt($0) } }
}
