/// Whether the interpreter counts calls and jumps backwards. A loop that does not exists only to be measured against.
protocol Counting {
  static var isOn: Bool { get }
}

enum Counted: Counting {
  @inline(__always) static var isOn: Bool { true }
}

enum Uncounted: Counting {
  @inline(__always) static var isOn: Bool { false }
}
