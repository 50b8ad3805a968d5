import EjitVM
import VMReference

/// Every operation on operands of every kind with edge values: interpreter against reference machine, values, traps and
/// their places; as a value, as a jump, and with a constant in its micro-op.
enum OperationChecks {
  static let binary = [
    "add", "sub", "mul", "div", "rem", "min", "max", "add.trap", "sub.trap", "mul.trap", "div.u", "rem.u", "and", "or",
    "xor", "shl", "shr", "shr.u", "eq", "ne", "lt", "le", "gt", "ge", "lt.u", "le.u", "gt.u", "ge.u", "string.at",
    "array.get",
  ]
  static let unary = ["neg", "not", "to.int", "to.float", "sqrt", "abs", "floor", "array.len", "string.len"]
  static let comparisons = ["eq", "ne", "lt", "le", "gt", "ge", "lt.u", "le.u", "gt.u", "ge.u"]
  static let constants = [
    "0", "1", "-1", "2", "3", "8", "64", "100", "32767", "-32768", "32768", "4294967296", "9223372036854775807", "0.5",
    "1.0", "-0.0", "nan", "true", "nil", "\"a\"",
  ]

  static let values: [(Value, ReferenceValue)] = {
    let ints: [Int64] = [
      0, 1, -1, 2, 3, -7, 63, 64, 65, 32768, 1 << 53, 1 << 53 + 1, 1 << 32, .max, .max - 1, .min, .min + 1,
    ]
    let floats = [
      0, -0.0, 0.5, 1, -1.5, 2.5, 3, 0x1p53, 0x1p62, 0x1p63, -0x1p63, -0x1.8p63, 1e300, .infinity, -.infinity, .nan,
      5e-324,
    ]
    return ints.map { (.int($0), .int($0)) } + floats.map { (.float($0), .float($0)) } + [
      (.bool(false), .bool(false)), (.bool(true), .bool(true)), (.nil, .nil), (.string([]), .string([])),
      (.string([97]), .string([97])), (.string([97, 255]), .string([97, 255])),
    ]
  }()

  static func run(_ tally: inout Tally) {
    var text = ""
    var functions: [(name: String, arguments: Int)] = []
    func add(_ name: String, _ arguments: Int, _ body: String) {
      text += ".fn \(name) args=\(arguments) locals=0\n\(body)\n"
      functions.append((name, arguments))
    }
    for (number, op) in binary.enumerated() {
      add("binary\(number)", 2, "local.get 0\nlocal.get 1\n\(op)\nreturn")
      for (index, constant) in constants.enumerated() {
        add("right\(number)_\(index)", 1, "local.get 0\nconst \(constant)\n\(op)\nreturn".nilWritten)
        add("left\(number)_\(index)", 1, "const \(constant)\nlocal.get 0\n\(op)\nreturn".nilWritten)
      }
    }
    for (number, op) in unary.enumerated() { add("unary\(number)", 1, "local.get 0\n\(op)\nreturn") }
    for (number, op) in comparisons.enumerated() {
      for (jump, not) in [("jump.if", ""), ("jump.unless", ""), ("jump.if", "not\n"), ("jump.unless", "not\nnot\n")] {
        let tail = "\(op)\n\(not)\(jump) yes\nconst 0\nreturn\nyes:\nconst 1\nreturn"
        add("jump\(number)_\(functions.count)", 2, "local.get 0\nlocal.get 1\n\(tail)")
        for constant in constants {
          add("jump\(number)_\(functions.count)", 1, "local.get 0\nconst \(constant)\n\(tail)".nilWritten)
          add("jump\(number)_\(functions.count)", 1, "const \(constant)\nlocal.get 0\n\(tail)".nilWritten)
        }
      }
    }
    compare(text, functions, &tally)
  }

  private static func compare(_ text: String, _ functions: [(name: String, arguments: Int)], _ tally: inout Tally) {
    guard let module = try? Module(text: text), let verified = try? module.verify() else {
      return tally.expect(false, "the checks are a module")
    }
    var options = Options()
    options.tier = .interpreter
    guard let vm = try? VM(module, options: options) else { return tally.expect(false, "there is a machine") }
    var counted = tally
    let box = Box(tally)
    vm.onThread { vm in
      for (number, function) in functions.enumerated() {
        var machine = ReferenceMachine(verified)
        for a in values {
          for b in function.arguments == 1 ? [a] : values {
            let (arguments, reference) = function.arguments == 1 ? ([a.0], [a.1]) : ([a.0, b.0], [a.1, b.1])
            let isSame = agree(vm, number, arguments, machine.call(number, reference))
            box.tally.expect(isSame, "interpreter and reference differ", "\(function.name) \(a.0) \(b.0)")
          }
        }
      }
    }
    counted = box.tally
    tally = counted
  }

  private final class Box {
    var tally: Tally
    init(_ tally: Tally) { self.tally = tally }
  }

  private static func agree(
    _ vm: VM, _ number: Int, _ arguments: [Value], _ expected: ReferenceMachine.Outcome
  ) -> Bool {
    do throws(Trap) {
      let value = try vm.call(number, arguments)
      guard case .value(let wanted) = expected else { return false }
      return isSame(value, wanted)
    } catch {
      guard case .trap(let wanted) = expected else { return false }
      return error == wanted
    }
  }

  static func isSame(_ value: Value, _ wanted: ReferenceValue) -> Bool {
    switch (value, wanted) {
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
    case (.bool(let a), .bool(let b)): a == b
    case (.nil, .nil): true
    case (.string(let a), .string(let b)): a == b
    default: false
    }
  }
}

extension String {
  /// nil is written without `const`.
  fileprivate var nilWritten: String {
    var lines = split(separator: "\n").map { String($0) }
    for index in lines.indices where lines[index] == "const nil" { lines[index] = "nil" }
    var result = ""
    for line in lines { result += line + "\n" }
    return result
  }
}
