/// A list of trivial values in storage that is kept: what an `Array` is, without a check for sharing per append.
/// Nothing is allocated before the first one: most programs need few of the lists.
struct Stack<Element>: ~Copyable {
  private var storage: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var capacity = 0

  deinit { storage?.deallocate() }

  /// The first element; nil only where there is none.
  var base: UnsafeMutablePointer<Element>? { storage }

  /// Whether the next `append` will not move the elements.
  @inline(__always) var hasRoom: Bool { count != capacity }

  /// Sees to it that `hasRoom`.
  @inline(__always) mutating func makeRoom() {
    if count == capacity { grow() }
  }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow() }
    (storage.unsafelyUnwrapped + count).initialize(to: element)
    count &+= 1
  }

  mutating func removeAll() { count = 0 }

  subscript(index: Int) -> Element {
    get {
      precondition(index < count)
      return storage.unsafelyUnwrapped[index]
    }
    set {
      precondition(index < count)
      storage.unsafelyUnwrapped[index] = newValue
    }
  }

  @inline(never) private mutating func grow() {
    let larger = max(16, capacity * 2)
    let new = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    if let old = storage {
      new.moveInitialize(from: old, count: count)
      old.deallocate()
    }
    (storage, capacity) = (new, larger)
  }
}
