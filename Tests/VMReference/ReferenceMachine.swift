import EjitVM

/// Executes a verified module in the most obvious way: one bytecode instruction after the other, on arrays of values.
///
/// It is what the interpreter and compiled code are compared with. It knows the bytecode only from its description.
package struct ReferenceMachine {
  package let module: Module
  /// How many calls may be inside each other, the first one not counted.
  package var depthLimit = 100_000
  /// Instructions that may still be executed.
  package var fuel = Int.max
  /// Elements of an array and bytes of a string that may be asked for.
  package var elementLimit = 1 << 30
  /// By the names of the module's host functions.
  package var hosts: [String: ([ReferenceValue]) -> HostOutcome] = [:]

  var frames: [ReferenceFrame] = []

  package enum HostOutcome {
    case value(ReferenceValue)
    case thrown(ReferenceValue)
    case failure
  }

  package enum Outcome {
    case value(ReferenceValue)
    case trap(Trap)
    /// It took more instructions than it might.
    case outOfFuel
  }

  package init(_ module: VerifiedModule) { self.module = module.module }

  /// Calls the function with this number, with as many arguments as it takes.
  package mutating func call(_ function: Int, _ arguments: [ReferenceValue]) -> Outcome {
    frames = [ReferenceFrame(function, module.functions[function], arguments)]
    while true {
      if fuel == 0 { return .outOfFuel }
      fuel -= 1
      do throws(Interruption) {
        if let result = try step() { return .value(result) }
      } catch {
        if let trap = unwind(error) { return .trap(trap) }
      }
    }
  }

  /// Goes on at the handler of a thrown value; a trap if there is none.
  private mutating func unwind(_ interruption: Interruption) -> Trap? {
    let backtrace = frames.reversed().map { Trap.Place(function: $0.functionNumber, offset: $0.place) }
    guard case .thrown(let value) = interruption else {
      guard case .trap(let kind) = interruption else { return nil }
      var trap = Trap(kind)
      trap.backtrace = backtrace
      return trap
    }
    while let frame = frames.last {
      let handlers = frame.function.handlers
      if let handler = handlers.first(where: { $0.from <= frame.place && frame.place < $0.to }) {
        frames[frames.count - 1].stack = [value]
        frames[frames.count - 1].next = handler.target
        return nil
      }
      frames.removeLast()
    }
    var trap = Trap(.unhandledThrow)
    trap.backtrace = backtrace
    return trap
  }
}

/// Why an instruction does not end as usual.
enum Interruption: Error {
  case trap(Trap.Kind)
  case thrown(ReferenceValue)
}

/// A function that is being executed.
struct ReferenceFrame {
  let functionNumber: Int
  let function: Module.Function
  /// The offset of the instruction that is being executed.
  var place = 0
  /// The offset of what is read next.
  var next = 0
  var locals: [ReferenceValue?]
  var stack: [ReferenceValue] = []

  init(_ number: Int, _ function: Module.Function, _ arguments: [ReferenceValue]) {
    (functionNumber, self.function) = (number, function)
    locals = Array(repeating: nil, count: arguments.count + function.locals)
    for (index, argument) in arguments.enumerated() { locals[index] = argument }
  }

  mutating func byte() -> UInt8 {
    next += 1
    return function.code[next - 1]
  }

  /// LEB128 without sign.
  mutating func number() -> Int {
    let byte = byte()
    return byte < 0x80 ? Int(byte) : Int(byte & 0x7F) + 128 * number()
  }

  /// LEB128 with sign.
  mutating func integer() -> Int64 {
    let byte = byte()
    if byte < 0x80 { return byte < 0x40 ? Int64(byte) : Int64(byte) - 128 }
    return Int64(byte & 0x7F) &+ 128 &* integer()
  }

  mutating func jump(_ distance: Int64) { next += Int(distance) }

  mutating func pop() -> ReferenceValue { stack.removeLast() }

  mutating func pop(_ count: Int) -> [ReferenceValue] {
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }
}
