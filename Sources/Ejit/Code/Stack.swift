/// A list of trivial values in storage that is kept: what an `Array` is, without a check for sharing per append.
struct Stack<Element>: ~Copyable {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  deinit { base.deallocate() }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (base + count).initialize(to: element)
    count &+= 1
  }

  mutating func removeAll() { count = 0 }

  subscript(index: Int) -> Element {
    get {
      precondition(index < count)
      return base[index]
    }
    set {
      precondition(index < count)
      base[index] = newValue
    }
  }

  @inline(never) private mutating func grow() {
    let storage = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    storage.moveInitialize(from: base, count: count)
    base.deallocate()
    (base, capacity) = (storage, capacity * 2)
  }
}
