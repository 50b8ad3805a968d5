import CEjitShims

extension CodeArena {
  /// A thread executes code of the arena until it leaves with this ticket, exactly once.
  ///
  /// Dropping a ticket without leaving keeps everything that is retired later mapped for good.
  public struct Ticket: ~Copyable, Sendable {
    let epoch: UInt64
    let arena: UInt32
  }

  /// Begins executing code of the arena, on this thread.
  ///
  /// The rule: a thread that executes code while others may retire it looks up the address, calls it and returns from
  /// it between `enter` and `leave`. One pair around a long run is enough; pairs may be nested, and cost a lock each.
  /// On AArch64 entering is also the context synchronisation event that a thread needs to see code that was added
  /// or patched before.
  public func enter() -> Ticket {
    lock()
    let epoch = unsafe state.pointee.epochs.enter()
    unlock()
    ejit_instruction_barrier()
    return Ticket(epoch: epoch, arena: identity)
  }

  /// Ends what `enter` began. The ticket may have moved to another thread; it must be of this arena.
  public func leave(_ ticket: consuming Ticket) {
    precondition(ticket.arena == identity, "a ticket of another arena")
    lock()
    unsafe state.pointee.epochs.leave(ticket.epoch)
    unlock()
  }

  /// Runs `body` between `enter` and `leave`.
  public func execute<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let ticket = enter()
    do throws(Failure) {
      let result = try body()
      leave(ticket)
      return result
    } catch {
      leave(ticket)
      throw error
    }
  }

  /// Frees a live block as soon as every thread that is inside now has left; threads that enter later do not matter,
  /// so nothing may lead them to the block any more: unlink it before retiring it.
  ///
  /// The memory is filled and reusable after the next `collect`, or when `add` finds no other.
  public func retire(_ block: Block) throws(MemoryError) {
    lock()
    defer { unlock() }
    try checkLive(block)
    let next = unsafe state.pointee.epochs.retire(block.node)
    unsafe state.pointee.free.retire(block.node, next: next)
    unsafe state.pointee.bytesRetired += Self.bytes(of: state.pointee.free.nodes[Int(block.node)])
    unsafe state.pointee.blockCount -= 1
  }

  /// Frees the retired blocks that no thread can be executing, and returns how many bytes that gave.
  ///
  /// A block that the system does not let be filled (mode `.flip` only) stays retired.
  @discardableResult
  public func collect() -> Int {
    lock()
    defer { unlock() }
    return releaseFinished()
  }

  /// `collect` for whoever holds the lock.
  func releaseFinished() -> Int {
    var freed = 0
    while let index = unsafe state.pointee.epochs.nextFinished() {
      let node = unsafe state.pointee.free.nodes[Int(index)]
      do throws(SystemError) {
        try release(index)
      } catch {
        break
      }
      unsafe state.pointee.epochs.dropFinished(next: node.next)
      unsafe state.pointee.bytesRetired -= Self.bytes(of: node)
      freed += Self.bytes(of: node)
    }
    return freed
  }

  private static func bytes(of node: FreeList.Node) -> Int { Int(node.length) * granule }
}
