import CEjitShims
import Synchronization

/// Pages of machine code, written once. They live and die with this value: nothing may run in them afterwards.
///
/// One value costs several system calls (about 10 µs); many small functions belong into a `CodeArena`.
/// After a `fork` the child has its own copy.
@safe public struct ExecutablePages: ~Copyable {
  private let pages: UnsafeMutableRawPointer

  /// Bytes mapped, in whole pages. What `code` left free is filled with bytes that trap.
  public let count: Int

  /// Copies `code` into fresh pages, then gives up the right to write them.
  ///
  /// The pages are readable and writable at first, then readable and executable, never both. Code may be empty.
  /// On AArch64 another thread that runs this code needs a context synchronisation event after it was published
  /// (starting a thread is one; see `CodeArena.enter`).
  ///
  /// `relocate` may change the copy before it is sealed; it gets the bytes and the address where they will run.
  public init(
    copying code: Span<UInt8>, relocate: (UnsafeMutableRawBufferPointer, UInt) -> Void = { _, _ in }
  ) throws(SystemError) {
    guard let count = System.wholePages(code.count) else {
      throw SystemError(.map, errno: SystemError.outOfMemory)
    }
    let pages = unsafe try System.allocate(count)
    unsafe code.withUnsafeBytes { bytes in
      if let first = bytes.baseAddress { unsafe pages.copyMemory(from: first, byteCount: bytes.count) }
    }
    unsafe relocate(UnsafeMutableRawBufferPointer(start: pages, count: code.count), UInt(bitPattern: pages))
    unsafe Trap.fill(pages, from: code.count, to: count)
    do throws(SystemError) {
      unsafe try System.seal(pages, count)
    } catch {
      try? unsafe System.release(pages, count)  // the first error is the one to report
      throw error
    }
    unsafe ejit_synchronize_code(pages, pages, count)
    unsafe self.pages = pages
    self.count = count
  }

  deinit {
    do throws(SystemError) {
      unsafe try System.release(pages, count)
    } catch {
      assertionFailure("these pages were mapped")
    }
  }

  /// The first byte of the code, at the start of a page.
  public var baseAddress: UnsafeRawPointer { unsafe UnsafeRawPointer(pages) }

  private static let support = Atomic<UInt8>(0)  // 0: not tried yet, 1: yes, 2: no

  /// Whether this process may make executable memory. Really tries, once; later answers are free.
  ///
  /// Sandboxes, SELinux (`execmem`) and systems without an entitlement refuse. Interpret then.
  public static var isSupported: Bool {
    let known = support.load(ordering: .relaxed)
    if known != 0 { return known == 1 }
    let answer = canMakePages
    support.store(answer ? 1 : 2, ordering: .relaxed)
    return answer
  }

  private static var canMakePages: Bool {
    do throws(SystemError) {
      let pages = try ExecutablePages(copying: Span())
      return pages.count > 0
    } catch {
      return false
    }
  }
}
