import Ejit

/// The code that executes snippets, itself a program of the IR: it loads every register from a record, jumps through
/// the record to the snippet, stores every register back and goes on to the next record.
///
/// One register holds the record's address; there is a driver for each, so that every register takes part. It is
/// called as a C function with the first record and gives back all registers as it found them, without a frame, so
/// that the frame pointer is an ordinary register too.
struct Driver {
  /// Words of a record: registers by slot, then where to go, then how far to the next record and to the shelf, all
  /// zero at the end of the list, and its own address once it was executed.
  enum Word {
    static let code = 64
    static let back = 65
    static let next = 66
    static let shelf = 67
    static let done = 68
    static let count = 72
  }

  let target: Target
  /// The number of the register that holds the record's address.
  let cursor: Int
  /// Whether floating-point registers are loaded and stored too.
  let hasVectors: Bool

  /// Where the driver is called, and where snippets return to.
  var entry: Label { label(0) }
  var back: Label { label(1) }
  private var loop: Label { label(2) }
  private var done: Label { label(3) }

  private func label(_ place: UInt32) -> Label {
    Label(0x8000_0000 | UInt32(cursor) << 2 | (hasVectors ? 0x100 : 0) | place)
  }

  private var preserved: [Int] {
    let link = target.architecture == .aarch64 ? [30] : []
    return target.abi.saved + [target.abi.framePointer] + link
  }
  private var others: [Int] { target.abi.numbers.filter { $0 != cursor } }
  private var vectors: [VectorRegister] { hasVectors ? target.abi.vectorNumbers.map { VectorRegister($0) } : [] }
  private var preservedVectors: [VectorRegister] {
    hasVectors ? target.abi.savedVectors.map { VectorRegister($0) } : []
  }

  private func word(_ index: Int) -> Address { .at(Register(cursor), Int32(8 * index)) }

  /// The way from a snippet back into the driver.
  var leave: Instruction { .jm(word(Word.back)) }

  var program: [Instruction] {
    let (first, shelf, record) = (Register(0), Register(1), Register(cursor))
    let next = Register(others[0])
    var program: [Instruction] = [.entry(entry), .ld(.u64, shelf, .at(first, Int32(8 * Word.shelf)))]
    program.append(.add(shelf, shelf, first))
    for (slot, number) in preserved.enumerated() {
      program.append(.st(.u64, Register(number), .at(shelf, Int32(8 * slot))))
    }
    for (slot, register) in preservedVectors.enumerated() { program.append(.fst(register, onShelf(slot, shelf))) }
    program += [.mov(record, first), .label(loop)]
    for register in vectors { program.append(.fld(register, word(register.slot))) }
    for number in others { program.append(.ld(.u64, Register(number), word(number))) }
    program += [.jm(word(Word.code)), .entry(back)]
    for number in others { program.append(.st(.u64, Register(number), word(number))) }
    for register in vectors { program.append(.fst(register, word(register.slot))) }
    program += [.st(.u64, record, word(Word.done)), .ld(.u64, next, word(Word.next))]
    program += [.branchi(.eq, next, 0, done), .add(record, record, next), .j(loop), .label(done)]
    program += [.ld(.u64, next, word(Word.shelf)), .add(record, record, next)]
    for (slot, register) in preservedVectors.enumerated() { program.append(.fld(register, onShelf(slot, record))) }
    // The cursor last: it is the way to the shelf.
    for (slot, number) in preserved.enumerated() where number != cursor {
      program.append(.ld(.u64, Register(number), .at(record, Int32(8 * slot))))
    }
    for (slot, number) in preserved.enumerated() where number == cursor {
      program.append(.ld(.u64, Register(number), .at(record, Int32(8 * slot))))
    }
    return program + [.ret]
  }

  /// Behind the other registers.
  private func onShelf(_ slot: Int, _ shelf: Register) -> Address {
    .at(shelf, Int32(8 * (preserved.count + slot)))
  }
}
