import Ejit
import EjitInterpreter
import EjitText

/// A program made ready to run in this process, again and again.
enum Session {
  case machine(MachineSession)
  case interpreter(InterpreterSession)

  /// - Parameter instructions: those of the program, perhaps without some.
  init(_ source: Source, _ instructions: [Instruction], in place: Engine.Place) throws(Failure) {
    do throws(EjitError) {
      switch place {
      case .machine, .emulator: self = .machine(try MachineSession(instructions))
      case .interpreter: self = .interpreter(try InterpreterSession(instructions))
      }
    } catch {
      throw Failure(source.message(for: error, on: .host))
    }
  }

  func run(_ call: Call) -> Ending {
    let ending =
      switch self {
      case .machine(let session): session.run(call)
      case .interpreter(let session): session.run(call)
      }
    Externs.flushOutput()
    return ending
  }
}

/// A program as machine code of this machine.
final class MachineSession {
  private let code: Executable

  init(_ instructions: [Instruction]) throws(EjitError) { code = try Executable(instructions) }

  func run(_ call: Call) -> Ending {
    let offset = call.function.label.map { code.offset(of: $0) ?? 0 } ?? 0
    let memory = CallMemory(call.arguments)
    guard let result = memory.registers.call(UInt(bitPattern: code.baseAddress + offset)) else {
      return .ended("cannot be called on this machine")
    }
    return .returned(Ending.Result(integer: result.integer, float: result.float, output: memory.output))
  }
}

/// A program to be interpreted.
final class InterpreterSession {
  private var interpreter: Interpreter

  init(_ instructions: [Instruction]) throws(EjitError) {
    interpreter = try Interpreter(program: instructions)
  }

  func run(_ call: Call) -> Ending {
    let memory = CallMemory(call.arguments)
    let arguments = (0..<memory.integerCount).map { memory.registers.integers[$0] }
    let floats = (0..<memory.floatCount).map { memory.registers.floats[$0].bitPattern }
    do throws(Fault) {
      let integer = try interpreter.run(
        entry: call.function.label, arguments: arguments, floats: floats, memory: memory.buffers.map { MemoryRange($0) }
      )
      let float = interpreter[vector: .result(0)] ?? 0
      return .returned(Ending.Result(integer: integer, float: float, output: memory.output))
    } catch {
      return .ended(error.text, at: error.instruction)
    }
  }
}
