import CEjitShims
import Synchronization

/// Parts of something shared by all threads that are made when they are first asked for, each once.
struct OnDemand: ~Copyable {
  /// For each part whether it is still to be made.
  private let isMissing: UnsafeMutablePointer<Atomic<UInt8>>
  private let lock: UnsafeMutablePointer<ejit_mutex>
  /// False: the system gives no lock, so that nothing can be made.
  let isPossible: Bool

  /// Of `count` parts none is to be made, until `expect` says so. Lives as long as the process.
  init(count: Int) {
    isMissing = .allocate(capacity: count)
    for index in 0..<count { (isMissing + index).initialize(to: Atomic(0)) }
    lock = .allocate(capacity: 1)
    lock.initialize(to: ejit_mutex())
    isPossible = ejit_mutex_init(lock) == 0
  }

  /// This part is to be made.
  func expect(_ index: Int) { isMissing[index].store(isPossible ? 1 : 0, ordering: .relaxed) }

  /// Makes the part with `body`, one thread at a time, if it is still to be made; false: it is not.
  func make(_ index: Int, _ body: () -> Void) -> Bool {
    if isMissing[index].load(ordering: .acquiring) == 0 { return false }
    ejit_mutex_lock(lock)
    defer { ejit_mutex_unlock(lock) }
    if isMissing[index].load(ordering: .relaxed) != 0 {
      body()
      isMissing[index].store(0, ordering: .releasing)
    }
    return true
  }
}

/// A word that any thread may read while another one writes it, and that says all there is to know.
@usableFromInline struct SharedWord: ~Copyable {
  @usableFromInline let word: Atomic<UInt64>

  init(_ value: UInt64) { word = Atomic(value) }

  @inlinable @inline(always) var value: UInt64 { word.load(ordering: .relaxed) }
  func set(_ value: UInt64) { word.store(value, ordering: .relaxed) }
}
