/// The code that runs now, of all functions, and code that frames may still run.
struct LoadedCodes {
  /// By number of the function.
  private(set) var current: [LoadedCode] = []
  /// By address.
  private(set) var all: [LoadedCode] = []

  mutating func append(_ code: LoadedCode) {
    current.append(code)
    insert(code)
  }

  /// Frames that run the old code go on with it.
  mutating func replace(_ code: LoadedCode) {
    current[code.function] = code
    insert(code)
  }

  /// Forgets code that is not current: no frame may run it any more.
  mutating func forgetReplaced() {
    if all.count > current.count { all.removeAll { current[$0.function] !== $0 } }
  }

  /// The code that contains `pc`.
  func code(at pc: UnsafePointer<LoadedWord>) -> LoadedCode {
    var (low, high) = (0, all.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if all[middle].words <= pc { low = middle } else { high = middle }
    }
    return all[low]
  }

  private mutating func insert(_ code: LoadedCode) {
    let index = all.firstIndex { $0.words > code.words } ?? all.count
    all.insert(code, at: index)
  }
}
