/// A function of the host, as the interpreter calls it.
struct HostFunction {
  /// The result, for arguments at `base`. Throws like an operation; a value is thrown by storing it to `heap.thrown`.
  let body: (_ arguments: UnsafeMutablePointer<Slot>, _ count: Int, _ depth: Int) throws(Failure) -> Slot
}

extension Interpreter {
  func callHost(
    _ word: Word, _ next: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) throws(Failure) {
    setTop(next - 1, base)
    let result = try hosts[word.b].body(base + word.a, word.c, depth)
    base[word.a] = result
    keep(result, next)
  }
}
