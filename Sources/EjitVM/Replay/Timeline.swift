/// The moments of a run at which compiled code was left, or at which it is to be compared with other runs.
///
/// Time is how many jumps backwards, calls and catches there were: compiled code counts the same as the interpreter.
/// Between two of them a frame comes to no word twice, so time, frame and word name one moment of a run, whichever code
/// runs it.
final class Timeline {
  /// The time.
  let clock: UnsafeMutablePointer<Int64>
  private let heap: Heap
  private let codes: [LoadedCode]
  /// Where compiled code was left up to now.
  private(set) var recorded: [Moment] = []
  /// Those to be compared that were not reached yet, by their time.
  private var due: [Int64: [Moment]]
  /// Those of now.
  private var present: [Moment] = []
  private var presentTime: Int64 = -1
  private(set) var compared = 0
  private(set) var differences: [Moment.Difference] = []

  /// Of all that the machine runs from now on, where it has not run yet. To be compared with it are the `expected` moments
  /// of other runs; what host functions have done before is in `log`.
  init(_ machine: VM, _ log: HostLog, expected: [Moment] = []) {
    clock = .allocate(capacity: 1)
    clock.initialize(to: 0)
    heap = machine.heap
    codes = machine.interpreter.codes.current
    due = Dictionary(grouping: expected) { $0.time }
    log.rewind()
    machine.interpreter.hosts = machine.interpreter.hosts.map { log.logged($0, machine.heap, clock) }
    machine.interpreter.timeline = self
    machine.tiers.timeline = self
  }

  deinit { clock.deallocate() }

  func tick() { clock.pointee += 1 }

  /// Compiled code has been left: the values that the exit names are in their slots.
  func record(_ exit: Exit, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) {
    guard let innermost = exit.frames.last else { return }
    let slots = exit.frames.flatMap { frame in frame.values.map { frame.base + $0.slot } }
    let place = Moment.Place(
      depth: depth - exit.frames.count + 1, function: innermost.function, word: innermost.word,
      isLeft: exit.reason == .unwound)
    recorded.append(
      Moment(
        time: clock.pointee, place: place, base: base - heap.bottom, slots: slots,
        values: Picture(slots.map { base[$0] }, heap)))
  }

  /// The interpreter is about to execute the word at `pc`, or the word is left by a throw or a trap.
  func arrive(_ function: Int, _ pc: UnsafePointer<LoadedWord>, _ depth: Int, isLeft: Bool = false) {
    if clock.pointee != presentTime {
      presentTime = clock.pointee
      present = due[presentTime] ?? []
    }
    if present.isEmpty { return }
    let place = Moment.Place(depth: depth, function: function, word: codes[function].index(pc), isLeft: isLeft)
    for moment in present where moment.place == place { compare(moment) }
    present.removeAll { $0.place == place }
    due[presentTime] = present.isEmpty ? nil : present
  }

  private func compare(_ moment: Moment) {
    compared += 1
    let base = heap.bottom + moment.base
    let found = Picture(moment.slots.map { base[$0] }, heap)
    if found != moment.values { differences.append(Moment.Difference(moment: moment, found: found)) }
  }

  /// The run is over: what it did not come to is a difference.
  func finish() {
    for moments in due.values {
      for moment in moments { differences.append(Moment.Difference(moment: moment, found: nil)) }
    }
    due = [:]
    present = []
  }
}
