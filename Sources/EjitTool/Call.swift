import Ejit
import EjitText

/// A call of a function, with arguments as directives write them.
struct Call {
  let function: Program.Function
  let arguments: [Run.Argument]
}

/// How a call ended.
enum Ending {
  case returned(Result)
  /// It did not return; the text goes on behind the name of the function. Perhaps at the instruction with this index.
  case ended(String, at: Int? = nil)

  struct Result {
    var integer: UInt64 = 0
    /// The bits of the floating-point result.
    var float: UInt64 = 0
    /// The bytes of all `out` arguments, one after the other.
    var output: [UInt8] = []
  }
}

extension Call {
  /// What is wrong with this call on `target`, if anything: arguments travel in registers.
  func excess(on target: Target) -> String? {
    var (integers, floats) = (0, 0)
    for argument in arguments {
      switch argument {
      case .integer, .output: integers += 1
      case .text: integers += 2
      case .float, .single: floats += 1
      }
    }
    let limit = target.abi.argumentCount
    if integers > limit {
      return "\(integers) integers and addresses; \(target.architecture.name) passes \(limit) in registers"
    }
    if floats > 8 { return "\(floats) floating-point arguments; 8 are passed in registers" }
    return nil
  }

  /// `NAME(1, input[3], output[32])`, with `inputs` and `outputs` for the buffers, and integers as `integer` says.
  func text(_ argument: (Run.Argument) -> String) -> String {
    "\(function.name)(\(arguments.map(argument).joined(separator: ", ")))"
  }

  /// As a directive writes it.
  var text: String { text(\.text) }
}

extension Run.Argument {
  /// As a directive writes it; long texts are cut.
  var text: String {
    switch self {
    case .integer(let bits): "\(Int64(bitPattern: bits))"
    case .float(let literal): String(decoding: literal.text, as: UTF8.self)
    case .single(let literal): String(decoding: literal.text, as: UTF8.self) + "f"
    case .output(let count): "out \(count)"
    case .text(let bytes): "\"\(Run.Argument.escaped(bytes.prefix(40)))\(bytes.count > 40 ? "…" : "")\""
    }
  }

  private static func escaped(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
      case 0x20...0x7E: String(UnicodeScalar(byte))
      default: "\\x" + Numbers.hex([byte])
      }
    }.joined()
  }
}

extension Program.Function {
  /// The result of this function, as `ejit run` prints it.
  func text(of result: Ending.Result) -> String {
    switch self.result {
    case .integer: "\(Int64(bitPattern: result.integer))"
    case .f64: "\(Double(bitPattern: result.float))"
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: result.float)))"
    }
  }
}
