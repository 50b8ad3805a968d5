import Ejit

/// The code that executes snippets, itself a program of the IR: it loads every register from a record, jumps through
/// the record to the snippet, stores every register back and goes on to the next record.
///
/// One register holds the record's address; there is a driver for each, so that every register takes part. It is
/// called as a C function with the first record and gives back all registers as it found them, without a frame, so
/// that the frame pointer is an ordinary register too.
struct Driver {
  /// Words of a record: registers by number, then where to go, then how far to the next record and to the shelf, all
  /// zero at the end of the list, and its own address once it was executed.
  enum Word {
    static let code = 32
    static let back = 33
    static let next = 34
    static let shelf = 35
    static let done = 36
    static let count = 40
  }

  let target: Target
  /// The number of the register that holds the record's address.
  let cursor: Int

  /// Where the driver is called, and where snippets return to.
  var entry: Label { Label(0x8000_0000 | UInt32(cursor) << 2) }
  var back: Label { Label(0x8000_0001 | UInt32(cursor) << 2) }
  private var loop: Label { Label(0x8000_0002 | UInt32(cursor) << 2) }
  private var done: Label { Label(0x8000_0003 | UInt32(cursor) << 2) }

  private var preserved: [Int] {
    let link = target.architecture == .aarch64 ? [30] : []
    return target.abi.saved + [target.abi.framePointer] + link
  }
  private var others: [Int] { target.abi.numbers.filter { $0 != cursor } }

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
    program += [.mov(record, first), .label(loop)]
    for number in others { program.append(.ld(.u64, Register(number), word(number))) }
    program += [.jm(word(Word.code)), .entry(back)]
    for number in others { program.append(.st(.u64, Register(number), word(number))) }
    program += [.st(.u64, record, word(Word.done)), .ld(.u64, next, word(Word.next))]
    program += [.branchi(.eq, next, 0, done), .add(record, record, next), .j(loop), .label(done)]
    program += [.ld(.u64, next, word(Word.shelf)), .add(record, record, next)]
    // The cursor last: it is the way to the shelf.
    for (slot, number) in preserved.enumerated() where number != cursor {
      program.append(.ld(.u64, Register(number), .at(record, Int32(8 * slot))))
    }
    for (slot, number) in preserved.enumerated() where number == cursor {
      program.append(.ld(.u64, Register(number), .at(record, Int32(8 * slot))))
    }
    return program + [.ret]
  }
}
