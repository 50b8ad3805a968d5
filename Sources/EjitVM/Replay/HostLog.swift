/// What the host functions of a program gave in its first run, to be given again in the others: they may read clocks and
/// files, and what they print is to be printed once.
///
/// A function that calls the machine, or has to do with an array, is called again in each run: what it does to the heap
/// has to be done to that of each machine.
final class HostLog {
  private var outcomes: [Outcome] = []
  /// Calls in this run.
  private var position = 0

  private enum Outcome {
    case value(Kept)
    case thrown(Kept)
    case trap(Trap.Kind)
    case again
  }

  /// A value of no heap.
  private enum Kept {
    case slot(Slot)
    case string([UInt8])

    init(_ slot: Slot) {
      self = slot.tag == Tag.string.rawValue ? .string(Array(slot.object.text)) : .slot(slot)
    }

    func slot(_ heap: Heap) throws(Failure) -> Slot {
      switch self {
      case .slot(let slot): return slot
      case .string(let bytes):
        guard let object = bytes.withUnsafeBytes({ heap.string($0) }) else { throw .trap(.outOfMemory) }
        return Slot(object)
      }
    }
  }

  /// Another run begins.
  func rewind() { position = 0 }

  /// The function, asked once for each of its calls. `clock` tells whether it has called the machine.
  func logged(_ host: HostFunction, _ heap: Heap, _ clock: UnsafeMutablePointer<Int64>) -> HostFunction {
    HostFunction { [unowned(unsafe) heap] arguments, count, depth throws(Failure) in
      self.position += 1
      if self.position <= self.outcomes.count {
        switch self.outcomes[self.position - 1] {
        case .value(let value): return try value.slot(heap)
        case .thrown(let value):
          heap.thrown = try value.slot(heap)
          throw .thrown
        case .trap(let kind): throw .trap(kind)
        case .again: return try host.body(arguments, count, depth)
        }
      }
      let hasArray = (0..<count).contains { Self.isArray(arguments[$0]) }
      let (index, time) = (self.outcomes.count, clock.pointee)
      // Calls of the machine may call other host functions in the meantime.
      self.outcomes.append(.again)
      let result = Self.call(host, arguments, count, depth)
      if !hasArray && clock.pointee == time { self.outcomes[index] = Self.outcome(result, heap) }
      return try result.get()
    }
  }

  private static func isArray(_ slot: Slot) -> Bool { slot.tag >= Tag.ints.rawValue }

  private static func call(
    _ host: HostFunction, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int, _ depth: Int
  ) -> Result<Slot, Failure> {
    do throws(Failure) { return .success(try host.body(arguments, count, depth)) } catch { return .failure(error) }
  }

  private static func outcome(_ result: Result<Slot, Failure>, _ heap: Heap) -> Outcome {
    switch result {
    case .success(let slot): isArray(slot) ? .again : .value(Kept(slot))
    case .failure(.trap(let kind)): .trap(kind)
    case .failure(.thrown): isArray(heap.thrown) ? .again : .thrown(Kept(heap.thrown))
    }
  }
}
