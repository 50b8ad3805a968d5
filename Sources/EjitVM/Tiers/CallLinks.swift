/// Where compiled code finds the code of other functions that takes its arguments in registers: a cell for each function
/// and tags of its arguments that some call needs, at an address that stays.
///
/// A cell holds the address of code for just these tags, or 0: then the call goes through the table of entries.
final class CallLinks {
  private struct Link {
    let tags: [Tag?]
    let cell: UnsafeMutablePointer<UInt>
  }

  /// For each function.
  private var links: [[Link]]
  /// Functions with cells that nobody has filled yet.
  private var fresh: [Int] = []

  /// More kinds of calls of a function put their arguments into slots.
  static let limit = 8

  init(functions: Int) { links = [[Link]](repeating: [], count: functions) }

  deinit { for link in links.joined() { unsafe link.cell.deallocate() } }

  /// The cell for calls with arguments of these tags; nil: there are too many.
  func cell(_ function: Int, _ tags: [Tag?]) -> UnsafeMutablePointer<UInt>? {
    if let known = links[function].first(where: { $0.tags == tags }) { return unsafe known.cell }
    guard links[function].count < CallLinks.limit else { return nil }
    let cell = UnsafeMutablePointer<UInt>.allocate(capacity: 1)
    unsafe cell.initialize(to: 0)
    links[function].append(unsafe Link(tags: tags, cell: cell))
    fresh.append(function)
    return unsafe cell
  }

  /// From now on calls go to these versions.
  func link(_ function: Int, _ versions: [Version]) {
    for link in links[function] {
      let version = versions.first { $0.specialisation.tags == link.tags && $0.code.registerAddress != nil }
      unsafe link.cell.pointee = version?.code.registerAddress ?? 0
    }
  }

  /// The functions with cells that were made since the last time.
  func takeFresh() -> [Int] {
    defer { fresh.removeAll(keepingCapacity: true) }
    return fresh
  }
}
