import CEjitShims
import ExecutableMemory

/// A thread that follows its part of the schedule, and knows what its blocks must be like.
final class Worker: @unchecked Sendable {
  let arena: CodeArena
  let board: Board
  let number: Int
  var schedule: ScheduleBytes
  var live: [BlockModel] = []
  var retired: [BlockModel] = []
  /// The tickets in hand, the oldest first, with their numbers.
  var tickets: [(number: Int, ticket: Held)] = []
  var nextTicket = 0
  /// What this thread has on the board.
  var published: BlockModel?
  /// A handle that is not live any more.
  var stale: CodeArena.Block?
  private(set) var steps = 0
  private var thread: UInt = 0

  /// Nobody else uses the arena: all of it is known.
  var isAlone: Bool { board.count == 1 }

  /// Ticket in a box, as arrays cannot hold what is not copyable.
  final class Held {
    private var ticket: CodeArena.Ticket?
    init(_ arena: CodeArena) { ticket = arena.enter() }
    func leave(_ arena: CodeArena) {
      if let ticket = ticket.take() { arena.leave(ticket) }
    }
  }

  init(number: Int, arena: CodeArena, board: Board, schedule: ScheduleBytes) {
    (self.number, self.arena, self.board, self.schedule) = (number, arena, board, schedule)
  }

  func start() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let result = ejit_thread_start(
      { Unmanaged<Worker>.fromOpaque($0!).takeUnretainedValue().run() }, context, &thread)
    require(result == 0, "a thread starts")
  }

  func join() { require(ejit_thread_join(thread) == 0, "a thread ends") }

  /// Follows the schedule, then leaves and takes what it published off the board.
  func run() {
    while !schedule.isAtEnd {
      step()
      steps += 1
      if steps & 7 == 0 { checkBlocks() }
    }
    checkBlocks()
    while !tickets.isEmpty { leave(0) }
    withdraw()
  }

  private func step() {
    switch schedule.byte() & 15 {
    case 0, 1, 2: add()
    case 3: addSample()
    case 4, 5: free()
    case 6: retire()
    case 7: collect()
    case 8: enter()
    case 9: if !tickets.isEmpty { leave(schedule.below(tickets.count)) }
    case 10: patch()
    case 11: change()
    case 12: publish()
    case 13: changePublished()
    case 14: callAny()
    default: refuse()
    }
    checkAccounts()
  }

  // MARK: Properties

  /// Alone, the accounts are known to the byte; else as far as this thread's own blocks go.
  private func checkAccounts() {
    let mine = live.reduce(0) { $0 + $1.size } + (published?.size ?? 0)
    if isAlone {
      let waiting = retired.reduce(0) { $0 + $1.size }
      require(arena.bytesRetired == waiting, "the bytes that are retired")
      require(arena.bytesInUse == mine + waiting, "the bytes in use")
      require(arena.blockCount == live.count + (published == nil ? 0 : 1), "the number of blocks")
    } else {
      require((mine...arena.capacity).contains(arena.bytesInUse), "the bytes in use")
    }
  }

  /// Live blocks, and retired ones for which a ticket is in hand, hold their bytes.
  private func checkBlocks() {
    for model in live { model.check() }
    for model in retired where isHeld(model) { model.check() }
    published?.check()
    if isAlone { checkOrder() }
  }

  private func checkOrder() {
    var end: UInt = 0
    let all = live + retired + (published.map { [$0] } ?? [])
    for model in all.sorted(by: { $0.block.address < $1.block.address }) {
      require(model.block.address >= end, "blocks do not overlap")
      end = model.end
    }
  }

  /// Whether a thread is inside that may execute a retired block, as far as this thread knows.
  func isHeld(_ model: BlockModel) -> Bool { tickets.first.map { $0.number < model.horizon } ?? false }

  /// Retired blocks that nobody can execute are gone.
  func forgetFinished() {
    for model in retired where isAlone && !isHeld(model) {
      require(isFilledWithTraps(model.block.address..<model.end), "what is collected traps")
    }
    retired.removeAll { !isHeld($0) }
  }
}
