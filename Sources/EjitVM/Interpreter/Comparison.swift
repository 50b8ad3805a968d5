/// How values compare: numbers exactly, whether ints or floats; with a NaN nothing holds.
enum Comparison {
  static func equal(_ b: Slot, _ c: Slot) -> Bool {
    switch (Tag(rawValue: b.tag)!, Tag(rawValue: c.tag)!) {
    case (.float, .float): b.float == c.float
    case (.int, .float): equal(b.int, c.float)
    case (.float, .int): equal(c.int, b.float)
    case (.string, .string): equal(b.object.text, c.object.text)
    default: b == c
    }
  }

  static func less(_ b: Slot, _ c: Slot) throws(Trap.Kind) -> Bool {
    switch (Tag(rawValue: b.tag)!, Tag(rawValue: c.tag)!) {
    case (.int, .int): b.int < c.int
    case (.float, .float): b.float < c.float
    case (.int, .float): c.float >= below ? c.float < beyond ? b.int < Int64(c.float.rounded(.up)) : true : false
    case (.float, .int): b.float >= below ? b.float < beyond && Int64(b.float.rounded(.down)) < c.int : b.float < below
    default: throw .typeError
    }
  }

  static func lessOrEqual(_ b: Slot, _ c: Slot) throws(Trap.Kind) -> Bool {
    switch (Tag(rawValue: b.tag)!, Tag(rawValue: c.tag)!) {
    case (.int, .int): b.int <= c.int
    case (.float, .float): b.float <= c.float
    case (.int, .float): c.float >= below ? c.float < beyond ? b.int <= Int64(c.float.rounded(.down)) : true : false
    case (.float, .int): b.float >= below ? b.float < beyond && Int64(b.float.rounded(.up)) <= c.int : b.float < below
    default: throw .typeError
    }
  }

  /// -2^63, the least integer, and 2^63, the first float beyond all integers.
  private static var below: Double { -0x1p63 }
  private static var beyond: Double { 0x1p63 }

  private static func equal(_ b: Int64, _ c: Double) -> Bool {
    c >= below && c < beyond && c == c.rounded(.towardZero) && b == Int64(c)
  }

  private static func equal(_ b: UnsafeRawBufferPointer, _ c: UnsafeRawBufferPointer) -> Bool {
    guard b.count == c.count else { return false }
    for index in 0..<b.count where b[index] != c[index] { return false }
    return true
  }
}
