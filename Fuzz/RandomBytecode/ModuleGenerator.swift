import EjitVM
import FuzzInput

/// What a generated value is believed to be. Where that is wrong the program ends with a type error.
enum Kind: CaseIterable { case int, float, number, bool, string, ints, floats, values, any }

/// Bytes read as a verified module whose calls mostly end: functions call those behind them, loops count.
///
/// `main` comes first; then one with loops, one that calls itself with less fuel, one that throws, small leaves.
struct ModuleGenerator {
  var source: FuzzBytes
  private(set) var module = Module()
  var writer = FunctionWriter()
  /// For each local of the function what it is believed to hold; nil: it may not be set.
  var locals: [Kind?] = []
  var handlers: [Module.Handler] = []
  var number = 0
  /// Statements that may still be made in this function.
  var budget = 0
  /// Counters and the like that no statement may change.
  var fixed: Set<Int> = []
  /// Loops around this place, with the height there.
  var loops: [(exit: FunctionWriter.Label, height: Int)] = []

  static let signatures: [(name: String, arguments: Int)] = [
    ("main", 3), ("middle", 2), ("again", 2), ("thrower", 2), ("leaf", 1), ("pair", 2), ("none", 0), ("half", 1),
  ]
  static let selfCalling = 2, firstLeaf = 4
  static let hosts: [Module.Host] = [
    .init(name: "twist", arguments: 1), .init(name: "middle", arguments: 3), .init(name: "back", arguments: 1),
  ]

  init(_ source: FuzzBytes) { self.source = source }

  mutating func generate() -> Module {
    module.hosts = Self.hosts
    for (number, signature) in Self.signatures.enumerated() {
      self.number = number
      module.functions.append(function(signature.name, signature.arguments))
    }
    return module
  }

  /// Functions of three arguments that are an expression.
  mutating func generateExpressions(_ count: Int) -> Module {
    module.hosts = Self.hosts
    for index in 0..<count {
      writer = FunctionWriter()
      (number, budget, locals) = (Self.signatures.count, 0, [.number, .number, .number])
      value(source.pick([.int, .int, .float, .number, .bool]), 3 + source.below(4))
      writer.op(.return, taking: 1, leaving: 0)
      var function = Module.Function(name: "e\(index)", arguments: 3, locals: locals.count - 3)
      function.code = writer.code
      module.functions.append(function)
    }
    return module
  }

  private mutating func function(_ name: String, _ arguments: Int) -> Module.Function {
    let isLeaf = number >= Self.firstLeaf
    let count = arguments + (isLeaf ? source.below(2) : 2 + source.below(6))
    writer = FunctionWriter()
    (handlers, fixed, loops) = ([], [], [])
    locals = (0..<count).map { $0 < arguments ? .number : nil }
    budget = isLeaf ? source.below(3) : number == 0 ? 10 + source.below(30) : 3 + source.below(12)
    if number == Self.selfCalling { stopWithoutFuel() }
    while budget > 0, !source.isAtEnd { statement() }
    result()
    let total = locals.count
    var function = Module.Function(name: name, arguments: arguments, locals: total - arguments)
    (function.code, function.handlers) = (writer.code, handlers)
    return function
  }

  private mutating func stopWithoutFuel() {
    fixed.insert(0)
    let more = writer.label()
    writer.get(0)
    writer.constant(0)
    writer.op(source.chance(1, in: 2) ? .le : .lt, taking: 2, leaving: 1)
    writer.jump(.jumpUnless, to: more)
    let before = locals
    result()
    locals = before + Array(repeating: nil, count: locals.count - before.count)
    writer.bind(more)
  }

  mutating func result() {
    value(source.pick([.number, .int, .float, .any, .any]), 3)
    writer.op(.return, taking: 1, leaving: 0)
  }

  /// The number of a constant of the module.
  mutating func constant(_ constant: Module.Constant) -> Int {
    if let known = module.constants.firstIndex(of: constant) { return known }
    module.constants.append(constant)
    return module.constants.count - 1
  }

  mutating func newLocal(_ kind: Kind?) -> Int {
    locals.append(kind)
    return locals.count - 1
  }
}

extension FuzzBytes {
  /// 0 ..< `count`, at most 256.
  mutating func below(_ count: Int) -> Int { Int(byte()) % count }

  /// Never behind the end.
  mutating func chance(_ one: Int, in all: Int) -> Bool { below(all) >= all - one }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
