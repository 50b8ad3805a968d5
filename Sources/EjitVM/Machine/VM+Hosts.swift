extension VM {
  func bindHosts() {
    interpreter.hosts = hosts.map { binding in
      switch binding {
      case .c(let function):
        HostFunction { arguments, count, _ throws(Failure) in try CCall.call(function, arguments, count) }
      case .closure(let closure):
        HostFunction { [unowned(unsafe) self] arguments, count, depth throws(Failure) in
          try call(closure, arguments, count, depth)
        }
      }
    }
  }

  private func call(
    _ closure: (VM, [Value]) throws(HostError) -> Value, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int,
    _ depth: Int
  ) throws(Failure) -> Slot {
    var values: [Value] = []
    for index in 0..<count { values.append(heap.value(arguments[index])) }
    let (outer, top) = (self.depth, heap.top)
    self.depth = depth - 1
    defer { (self.depth, heap.top) = (outer, top) }
    do throws(HostError) { return try slot(try closure(self, values)) } catch { throw failure(error) }
  }

  private func slot(_ value: Value) throws(HostError) -> Slot {
    do throws(Trap) {
      guard let slot = try heap.slot(value) else { throw Trap(.outOfMemory) }
      return slot
    } catch {
      throw .trap(error)
    }
  }

  private func failure(_ error: HostError) -> Failure {
    switch error {
    case .failed: return .trap(.hostFailure)
    case .trap(let trap):
      interpreter.backtrace = trap.backtrace
      return .trap(trap.kind)
    case .thrown(let value):
      do throws(HostError) {
        heap.thrown = try slot(value)
        return .thrown
      } catch {
        return failure(error)
      }
    }
  }
}
