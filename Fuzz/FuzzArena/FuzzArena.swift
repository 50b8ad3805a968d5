import CEjitShims
import CFuzzMain
import ExecutableMemory

/// Any bytes are a schedule of one to three threads that share an arena: blocks do not overlap, keep their bytes, lie
/// where their alignment says and go where they were told; retired ones stay until nobody is inside, freed memory
/// traps, the accounts are exact, and no page can be written and executed.
///
/// The first byte: bit 0 mode `.flip` (one thread only), bits 1…2 the number of threads, bits 3…4 the pages.
@c(LLVMFuzzerTestOneInput)
public func fuzzArena(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let bytes, count > 1 else { return 0 }
  let isFlip = bytes[0] & 1 == 1
  let threads = isFlip ? 1 : 1 + Int(bytes[0] >> 1 & 3) % 3
  do throws(SystemError) {
    let arena = try CodeArena(capacity: 4096 << Int(bytes[0] >> 3 & 3), mode: isFlip ? .flip : .dual)
    let board = Board(count: threads)
    let length = (count - 1) / threads
    let workers = (0..<threads).map { index in
      let part = ScheduleBytes(bytes + 1 + index * length, length)
      return Worker(number: index, arena: arena, board: board, schedule: part)
    }
    for worker in workers.dropFirst() { worker.start() }
    workers[0].run()
    for worker in workers.dropFirst() { worker.join() }
    checkMappings()
    checkEnd(arena, workers)
    fuzz_count(UInt64(workers.reduce(0) { $0 + $1.steps }), threads > 1 ? 1 : 0)
  } catch {
    require(false, "there are pages for an arena")
  }
  return 0
}

/// Every thread has left: what is not live is free again, in one piece, and full of traps.
private func checkEnd(_ arena: CodeArena, _ workers: [Worker]) {
  arena.collect()
  let live = workers.flatMap { $0.live }.sorted { $0.block.address < $1.block.address }
  require(arena.bytesRetired == 0, "all that was retired is free")
  require(arena.blockCount == live.count, "the number of blocks")
  require(arena.bytesInUse == live.reduce(0) { $0 + $1.size }, "the bytes in use")
  for (index, model) in live.enumerated() {
    model.check()
    require(index == 0 || live[index - 1].end <= model.block.address, "blocks do not overlap")
    perform { () throws(MemoryError) in try arena.free(model.block) }
  }
  let whole = [UInt8](repeating: 0, count: arena.capacity)
  var base: UInt = 0
  perform { () throws(MemoryError) in
    let block = try arena.add(whole.span)
    base = block.address
    try arena.free(block)
  }
  for model in live {
    require(model.block.address >= base && model.end <= base + UInt(whole.count), "blocks lie inside")
  }
  require(isFilledWithTraps(base..<base + UInt(whole.count)), "free memory traps")
}

/// Stops the fuzzer: a property does not hold.
func require(_ condition: Bool, _ property: StaticString) {
  if condition { return }
  // Release builds drop the message of a failed precondition.
  let bytes = Array("broken: \(property)\n".utf8)
  _ = ejit_write_all(2, bytes, bytes.count)
  preconditionFailure()
}

/// What may not fail.
func perform(_ body: () throws(MemoryError) -> Void) {
  do throws(MemoryError) { try body() } catch { require(false, "nothing is refused that is right") }
}

/// The error of what must fail, or nil.
func refusal(_ body: () throws(MemoryError) -> Void) -> MemoryError? {
  do throws(MemoryError) { try body() } catch { return error }
  return nil
}

private let mappingRounds = Rounds()

/// No line of /proc/self/maps says `rwx`, now and then: reading them takes longer than most inputs.
private func checkMappings() {
  guard mappingRounds.next() % 64 == 0 else { return }
  var bytes: UnsafeMutablePointer<UInt8>?
  let count = Int(ejit_read_file("/proc/self/maps", &bytes))
  defer { ejit_free(bytes) }
  guard let bytes, count > 0 else { return }
  for line in UnsafeBufferPointer(start: bytes, count: count).split(separator: UInt8(ascii: "\n")) {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")), space + 3 < line.endIndex else { continue }
    let isOpen = line[space + 2] == UInt8(ascii: "w") && line[space + 3] == UInt8(ascii: "x")
    require(!isOpen, "no page can be written and executed")
  }
}
