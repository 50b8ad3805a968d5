import CEjitShims

/// What this module asks of the operating system, with errors as Swift values.
///
/// Nothing here can make pages writable and executable at once; each function says what its pages allow.
/// Addresses and counts are multiples of the page size.
enum System {
  static let pageSize = ejit_page_size()

  /// `count` rounded up to whole pages, at least one; `nil` when that is not a possible size.
  static func wholePages(_ count: Int) -> Int? {
    let (sum, overflow) = max(count, 1).addingReportingOverflow(pageSize - 1)
    return overflow ? nil : sum & -pageSize
  }

  /// Zeroed pages that can be read and written.
  static func allocate(_ count: Int) throws(SystemError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    try unsafe check(ejit_map_read_write(count, &address), .map)
    return unsafe address!
  }

  /// Addresses whose pages cannot be accessed yet.
  static func reserve(_ count: Int) throws(SystemError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    try unsafe check(ejit_reserve(count, &address), .map)
    return unsafe address!
  }

  /// Makes pages readable and executable.
  static func seal(_ pages: UnsafeMutableRawPointer, _ count: Int) throws(SystemError) {
    try unsafe check(ejit_protect_read_execute(pages, count), .protect)
  }

  /// Makes pages readable and writable.
  static func unseal(_ pages: UnsafeMutableRawPointer, _ count: Int) throws(SystemError) {
    try unsafe check(ejit_protect_read_write(pages, count), .protect)
  }

  /// Gives pages back.
  static func release(_ pages: UnsafeMutableRawPointer, _ count: Int) throws(SystemError) {
    try unsafe check(ejit_unmap(pages, count), .unmap)
  }

  /// Two views of the same zeroed pages: the first can be read and written, the second read and executed.
  /// A page without access lies before and after each.
  static func allocateDual(
    _ count: Int
  ) throws(SystemError) -> (writable: UnsafeMutableRawPointer, executable: UnsafeMutableRawPointer) {
    var writable: UnsafeMutableRawPointer?
    var executable: UnsafeMutableRawPointer?
    var call: Int32 = 0
    let result = unsafe ejit_map_dual(count, &writable, &executable, &call)
    try check(result, SystemError.Call(rawValue: UInt8(truncatingIfNeeded: call)) ?? .map)
    return unsafe (writable!, executable!)
  }

  /// Gives both views back.
  static func releaseDual(
    _ writable: UnsafeMutableRawPointer, _ executable: UnsafeMutableRawPointer, _ count: Int
  ) throws(SystemError) {
    try unsafe check(ejit_unmap_dual(count, writable, executable), .unmap)
  }

  static func check(_ result: Int32, _ call: SystemError.Call) throws(SystemError) {
    if result < 0 { throw SystemError(call, errno: -result) }
  }
}
