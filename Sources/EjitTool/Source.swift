import Ejit
import EjitText

/// A file and the program in it.
struct Source {
  let path: String
  let program: Program

  init(path: String) throws(Failure) { try self.init(path: path, text: Files.read(path)) }

  init(path: String, text: [UInt8]) throws(Failure) {
    do throws(ParseError) {
      program = try Program(parsing: text)
    } catch {
      throw Failure(error.rendered(file: path))
    }
    self.path = path
  }

  /// `FILE:LINE:COLUMN: error: MESSAGE`, at the instruction with this index, or at the start of the file.
  func message(at instruction: Int?, _ text: String) -> String {
    var position = SourcePosition(line: 1, column: 1)
    if let instruction, program.positions.indices.contains(instruction) { position = program.positions[instruction] }
    return position.rendered(file: path, message: text)
  }

  /// The message for a program that a target refuses.
  func message(for error: EjitError, on target: Target) -> String {
    message(at: error.instruction, "\(error.text) (\(target.architecture.name))")
  }

  /// The instructions with the addresses of C functions.
  func instructions() throws(Failure) -> [Instruction] {
    do throws(Program.UnresolvedExtern) {
      return try program.instructions(resolving: Externs.address)
    } catch {
      let text = "there is no C function `\(error.name)`; this tool offers \(Externs.list)"
      throw Failure(message(at: error.instruction, text))
    }
  }

  /// The instructions of which none is expected to be refused: those with `; error:` do nothing, but for the one at
  /// `kept`.
  func instructions(_ instructions: [Instruction], keeping kept: Int? = nil) -> [Instruction] {
    var result = instructions
    for case .error(let expected) in program.directives.map(\.kind) where expected.instruction != kept {
      result[expected.instruction] = .nop
    }
    return result
  }
}
