import EjitVM

/// Makes what differs small: lines of the text are left out as long as it still differs.
struct Reduction {
  private(set) var smallest: Difference

  init(_ difference: Difference) {
    smallest = difference
    smallest = differs(smallest.comparison.module, Array(smallest.comparison.calls.all[...smallest.call])) ?? smallest
    var isSmaller = true
    while isSmaller { isSmaller = leaveOutCalls() || leaveOutLines() }
  }

  private func differs(_ module: VerifiedModule, _ calls: [[Argument]]) -> Difference? {
    var reduced = smallest.comparison.calls
    reduced.all = calls
    let comparison = Comparison(module: module, calls: reduced)
    var steps = 0
    guard let expected = comparison.expected(steps: &steps) else { return nil }
    return comparison.difference(smallest.configuration, expected)
  }

  private mutating func leaveOutCalls() -> Bool {
    let calls = smallest.comparison.calls.all
    for index in calls.indices.dropLast() {
      var fewer = calls
      fewer.remove(at: index)
      guard let difference = differs(smallest.comparison.module, fewer) else { continue }
      smallest = difference
      return true
    }
    return false
  }

  private mutating func leaveOutLines() -> Bool {
    var isSmaller = false
    var size = 64
    while size > 0 {
      var start = 0
      while true {
        let lines = smallest.comparison.module.text.split(separator: "\n")
        if start >= lines.count { break }
        let end = min(start + size, lines.count)
        // A value in the place of what made one.
        if replace(lines, start..<end, by: []) || size > 1 && replace(lines, start..<end, by: ["const 1"]) {
          isSmaller = true
        } else {
          start += 1
        }
      }
      size = size > 4 ? size / 4 : size - 1
    }
    return isSmaller
  }

  private mutating func replace(_ lines: [Substring], _ range: Range<Int>, by others: [Substring]) -> Bool {
    var fewer = lines
    fewer.replaceSubrange(range, with: others)
    guard let module = try? Module(text: Array(fewer.joined(separator: "\n").utf8)),
      let verified = try? module.verify(),
      module.functions.map(\.arguments) == smallest.comparison.module.module.functions.map(\.arguments),
      verified.text.utf8.count < smallest.comparison.module.text.utf8.count,
      let difference = differs(verified, smallest.comparison.calls.all)
    else { return false }
    smallest = difference
    return true
  }
}
