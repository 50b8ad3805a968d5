import CEjitShims
import Synchronization

/// Many small functions in one reservation of pages, for many threads.
///
/// Adding copies code into free memory and publishes it; freed memory is filled with bytes that trap, merged with its
/// free neighbours and used again. The bookkeeping lies outside of the code. In no mode are pages writable and
/// executable in the same mapping, and pages without access lie before and after the reservation.
///
/// **Threads.** All functions may be called from all threads; a lock orders them. Blocks that other threads may be
/// executing are not freed but retired: see `retire(_:)`. In mode `.flip` other threads must not execute anything
/// in the pages that are being written.
///
/// **Fork.** In mode `.dual` parent and child share the pages, because the views are shared mappings: what one of them
/// adds, frees or patches changes the code of the other, while each has its own bookkeeping. A child may go on
/// executing if the parent leaves what it needs alone; it must not call `add`, `free`, `retire`, `collect` or `patch`,
/// but make an arena of its own. (A child that only calls `exec` need not care.) In the other modes the child
/// has a copy. A lock that another thread held during the fork stays locked in the child, in all modes.
@safe public final class CodeArena: @unchecked Sendable {
  /// How code gets into pages that nobody may write and execute.
  public enum Mode: Sendable {
    /// Pages are writable, then executable again, around each write (about 7 µs). No thread may execute in the
    /// pages of a block while it is added, freed or patched: neighbours in the same page are affected.
    case flip
    /// The same pages are mapped twice, once to be written and once to be executed. Others may execute meanwhile.
    case dual
    /// `MAP_JIT` pages of Darwin: each thread may either write or execute them. Refused elsewhere (`ENOTSUP`).
    case mapJIT
  }

  /// Code lies at multiples of this and takes whole ones, in bytes.
  static let granule = 16

  /// Bytes that blocks can take together, in whole pages.
  public let capacity: Int
  let identity: UInt32
  let pages: ArenaPages
  /// On the heap so that they do not move: everything in `state` belongs to whoever holds `mutex`.
  let mutex: UnsafeMutablePointer<ejit_mutex>
  let state: UnsafeMutablePointer<State>

  private static let lastIdentity = Atomic<UInt32>(0)

  /// Reserves at least `capacity` bytes, rounded up to whole pages; memory is only spent on what is used.
  ///
  /// Throws `EINVAL` when `capacity` is not positive, `ENOMEM` when there is no room for it or it is 64 GiB or more,
  /// `ENOTSUP` when the system does not have the mode, and what else the system says.
  public init(capacity: Int, mode: Mode = .default) throws(SystemError) {
    guard capacity > 0 else { throw SystemError(.map, errno: SystemError.invalidArgument) }
    guard let count = System.wholePages(capacity), count < Self.granule << 32 else {
      throw SystemError(.map, errno: SystemError.outOfMemory)
    }
    let pages = try ArenaPages(count: count, mode: mode)
    let mutex = UnsafeMutablePointer<ejit_mutex>.allocate(capacity: 1)
    unsafe mutex.initialize(to: ejit_mutex())
    do throws(SystemError) {
      try unsafe System.check(ejit_mutex_init(mutex), .createLock)
    } catch {
      unsafe mutex.deallocate()
      throw error
    }
    self.capacity = count
    identity = Self.lastIdentity.wrappingAdd(1, ordering: .relaxed).newValue
    self.pages = pages
    unsafe self.mutex = mutex
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State(free: FreeList(length: UInt32(count / Self.granule))))
  }

  deinit {
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
    unsafe ejit_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  func lock() { unsafe ejit_mutex_lock(mutex) }
  func unlock() { unsafe ejit_mutex_unlock(mutex) }

  /// What the lock protects.
  struct State {
    var free: FreeList
    var epochs = Epochs()
    /// Bytes at the start of the reservation that were filled with traps or code. A multiple of the page size; what
    /// follows is part of the last free range.
    var touched = 0
    var bytesInUse = 0
    var bytesRetired = 0
    var blockCount = 0
  }

  // MARK: Accounting

  /// Bytes that cannot be given to new blocks: live and retired ones, each in whole multiples of 16.
  public var bytesInUse: Int {
    lock()
    defer { unlock() }
    return unsafe state.pointee.bytesInUse
  }

  /// The part of `bytesInUse` that was retired and not collected yet.
  public var bytesRetired: Int {
    lock()
    defer { unlock() }
    return unsafe state.pointee.bytesRetired
  }

  /// Blocks that were added and neither freed nor retired.
  public var blockCount: Int {
    lock()
    defer { unlock() }
    return unsafe state.pointee.blockCount
  }
}
