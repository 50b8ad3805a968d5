import CEjitShims

/// The pages of an arena, how they are opened for writing and closed again.
@safe struct ArenaPages: ~Copyable {
  /// Where bytes are written and where they are executed: the same address unless the mode is `.dual`.
  let writable: UnsafeMutableRawPointer
  let executable: UnsafeMutableRawPointer
  /// Bytes without the guard pages.
  let count: Int
  let mode: CodeArena.Mode

  init(count: Int, mode: CodeArena.Mode) throws(SystemError) {
    switch mode {
    case .dual:
      let views = unsafe try System.allocateDual(count)
      unsafe (writable, executable) = (views.writable, views.executable)
    case .flip:
      // Pages stay without access, like the guards, until code comes to lie in them.
      unsafe writable = try System.reserve(count + 2 * System.pageSize) + System.pageSize
      unsafe executable = unsafe writable
    case .mapJIT:
      unsafe writable = try Self.mapJIT(count + 2 * System.pageSize) + System.pageSize
      unsafe executable = unsafe writable
    }
    self.count = count
    self.mode = mode
  }

  deinit {
    do throws(SystemError) {
      switch mode {
      case .dual: unsafe try System.releaseDual(writable, executable, count)
      case .flip, .mapJIT:
        unsafe try System.release(writable - System.pageSize, count + 2 * System.pageSize)
      }
    } catch {
      assertionFailure("these pages were mapped")
    }
  }

  /// Darwin does not let the protection of such pages change, so the guards are only pages that hold no code.
  private static func mapJIT(_ count: Int) throws(SystemError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    try unsafe System.check(ejit_map_jit(count, &address), .map)
    return unsafe address!
  }

  /// Lets this thread write `range`, in bytes. Nobody can execute its pages until `close` in mode `.flip`.
  func open(_ range: Range<Int>) throws(SystemError) {
    switch mode {
    case .dual: return
    case .flip:
      let pages = Self.pages(around: range)
      unsafe try System.unseal(writable + pages.lowerBound, pages.count)
    case .mapJIT: try System.check(ejit_jit_write_enable(1), .protect)
    }
  }

  /// Ends writing `range`, and makes what was written there the code that is executed (data needs no more than that
  /// threads may read it).
  func close(_ range: Range<Int>, isCode: Bool = true) throws(SystemError) {
    switch mode {
    case .dual: break
    case .flip:
      let pages = Self.pages(around: range)
      unsafe try System.seal(writable + pages.lowerBound, pages.count)
    case .mapJIT: try System.check(ejit_jit_write_enable(0), .protect)
    }
    if !isCode { return }
    unsafe ejit_synchronize_code(writable + range.lowerBound, executable + range.lowerBound, range.count)
  }

  private static func pages(around range: Range<Int>) -> Range<Int> {
    (range.lowerBound & -System.pageSize)..<(range.upperBound + System.pageSize - 1) & -System.pageSize
  }
}
