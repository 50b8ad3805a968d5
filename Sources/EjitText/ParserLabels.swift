import Ejit

/// Which label a name stands for.
///
/// `L7` is label 7. Other names get the numbers from 0 that the file does not write in that way, in the order in
/// which they appear; `label NAME = L7` gives a name to a number that the file chooses.
struct LabelNumbers {
  private var numbers: [Name: Label] = [:]
  private var written: Set<UInt32> = []
  private var named: Set<UInt32> = []
  private var next: UInt32 = 0

  /// The numbers for the labels of `text`, of which the numbers written are collected first.
  init(of text: [UInt8]) {
    var cursor = Cursor(text)
    repeat {
      while !cursor.isAtEndOfLine, cursor.current != UInt8(ascii: ";") {
        guard let word = cursor.takeIdentifier() else {
          cursor.advance()
          continue
        }
        if case .number(let number) = LabelSpelling(word) { written.insert(number) }
      }
    } while cursor.advanceLine()
  }

  /// The numbers for a program in which the labels `written` have no name.
  init(written: Set<UInt32>) { self.written = written }

  /// The labels that have a name, by number.
  var labels: [Program.NamedLabel] {
    numbers.map { Program.NamedLabel(label: $0.value, name: $0.key) }.sorted { $0.label.number < $1.label.number }
  }

  /// The label called `name`; nil if no label can be called so.
  mutating func label(_ name: Name) -> Label? {
    switch LabelSpelling(name) {
    case .number(let number): return Label(number)
    case .malformed: return nil
    case .name: break
    }
    if let known = numbers[name] { return known }
    while written.contains(next) { next &+= 1 }
    let label = Label(next)
    next &+= 1
    numbers[name] = label
    return label
  }

  /// The label called `name`, if one is.
  func known(_ name: Name) -> Label? {
    if case .number(let number) = LabelSpelling(name) { return Label(number) }
    return numbers[name]
  }

  /// Whether `name` may still be given to a number.
  func isNew(_ name: Name) -> Bool { LabelSpelling(name) == .name && numbers[name] == nil }

  /// Calls a label `name`, unless it has a name.
  mutating func name(_ label: Label, _ name: Name) -> Bool {
    guard named.insert(label.number).inserted else { return false }
    numbers[name] = label
    return true
  }
}
