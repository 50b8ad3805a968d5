import CEjitShims
import Ejit
import EjitInterpreter
import EjitText

/// The directives of every program in Tests/Programs, as machine code and on the reference machine.
enum ProgramChecks {
  private static let folder = "Tests/Programs"

  static func run(_ tally: inout Tally) {
    let names = files()
    tally.expect(!names.isEmpty, "programs in Tests/Programs")
    for name in names {
      do throws(ParseError) {
        let program = try Program(parsing: read(name))
        tally.expect(try Program(parsing: program.utf8) == program, "printed and parsed again", name)
        check(program, name, &tally)
      } catch {
        tally.expect(false, "a program", name)
      }
    }
  }

  private final class Names { var names: [String] = [] }

  private static func files() -> [String] {
    let list = Names()
    let context = Unmanaged.passUnretained(list).toOpaque()
    ejit_list_directory(
      folder,
      { context, name in
        guard let context, let name else { return }
        let bytes = UnsafeRawBufferPointer(start: name, count: length(name))
        let ending: [UInt8] = [0x2E, 0x65, 0x6A, 0x69, 0x74]  // .ejit
        guard bytes.count > ending.count, bytes.suffix(ending.count).elementsEqual(ending) else { return }
        Unmanaged<Names>.fromOpaque(context).takeUnretainedValue().names.append(String(decoding: bytes, as: UTF8.self))
      }, context)
    return list.names
  }

  private static func read(_ name: String) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ejit_read_file("\(folder)/\(name)", &bytes)
    defer { ejit_free(bytes) }
    return count < 0 ? [] : Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// The runs of a program; one with `error` directives must be refused.
  private static func check(_ program: Program, _ name: String, _ tally: inout Tally) {
    for directive in program.directives {
      if case .error = directive.kind { return checkRefused(program, name, &tally) }
    }
    let instructions = program.instructions
    do throws(EjitError) {
      let code = try Executable(instructions)
      var reference = try Interpreter(program: instructions)
      for directive in program.directives {
        guard case .run(let run) = directive.kind else { continue }
        let (label, kind) = (program.functions[run.function].label, program.functions[run.function].result)
        let memory = Buffers(run.arguments)
        let offset = label.flatMap { code.offset(of: $0) } ?? 0
        let native = memory.call(UInt(bitPattern: code.baseAddress) + UInt(offset))
        tally.expect(run.isMet(native, as: kind, memory.output), "compiled", name)
        let again = Buffers(run.arguments)
        let ranges = again.buffers.map { unsafe MemoryRange($0) }
        let integer = try? reference.run(
          entry: label, arguments: again.arguments, floats: again.floats.map { $0.bitPattern }, memory: ranges)
        let interpreted = integer.map { Results(integer: $0, float: reference[vector: .result(0)] ?? 0) }
        tally.expect(run.isMet(interpreted, as: kind, again.output), "interpreted", name)
      }
    } catch {
      tally.expect(false, "refused", name)
    }
  }

  /// A program that must be refused somewhere is refused.
  private static func checkRefused(_ program: Program, _ name: String, _ tally: inout Tally) {
    do throws(EjitError) {
      _ = try Executable(program.instructions)
      tally.expect(false, "not refused", name)
    } catch {
      tally.expect(error.kind != .system, "refused", name)
    }
  }
}

/// Without the zero at the end.
private func length(_ text: UnsafePointer<CChar>) -> Int {
  var count = 0
  while text[count] != 0 { count += 1 }
  return count
}

/// What a call gave back: one of them is the result.
private struct Results {
  let integer: UInt64
  let float: UInt64
}

extension Run {
  fileprivate func isMet(_ results: Results?, as kind: ResultKind, _ bytes: [UInt8]) -> Bool {
    guard let results else { return false }
    if let output, output != bytes { return false }
    let bits = kind == .integer ? results.integer : results.float
    switch value {
    case nil: return true
    case .integer(let expected): return bits == expected
    case .number(let literal):
      return kind == .f32 ? single(bits) == literal.single : Double(bitPattern: bits) == literal.double
    case .bits(let literal):
      if kind == .f32 { return isSame(single(bits), literal.single) }
      return isSame(Double(bitPattern: bits), literal.double)
    }
  }

  private func single(_ bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }

  /// Bit for bit, but any NaN is like any other.
  private func isSame<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool {
    a.isNaN && b.isNaN || a == b && a.sign == b.sign
  }
}

/// The arguments of one call and the memory that they point to.
private final class Buffers {
  private(set) var arguments: [UInt64] = []
  private(set) var floats: [Double] = []
  private(set) var buffers: [UnsafeMutableRawBufferPointer] = []
  private var outputs: [UnsafeMutableRawBufferPointer] = []

  init(_ arguments: [Run.Argument]) {
    for argument in arguments {
      switch argument {
      case .integer(let bits): self.arguments.append(bits)
      case .float, .single: floats.append(Double(bitPattern: argument.floatBits ?? 0))
      case .text(let bytes):
        let buffer = add(bytes.count)
        for (index, byte) in bytes.enumerated() { buffer[index] = byte }
        self.arguments.append(UInt64(bytes.count))
      case .output(let count): outputs.append(add(count))
      }
    }
  }

  deinit {
    for buffer in buffers { buffer.deallocate() }
  }

  var output: [UInt8] { outputs.flatMap { Array($0) } }

  private func add(_ count: Int) -> UnsafeMutableRawBufferPointer {
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 1, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    arguments.append(UInt64(UInt(bitPattern: storage.baseAddress)))
    buffers.append(storage)
    return UnsafeMutableRawBufferPointer(rebasing: storage[..<count])
  }

  func call(_ address: UInt) -> Results? {
    let integers = arguments + [UInt64](repeating: 0, count: 8)
    let (floats, stack) = (floats + [Double](repeating: 0, count: 8), [UInt64](repeating: 0, count: 16))
    var integerResults: [UInt64] = [0, 0]
    var floatResults: [Double] = [0, 0]
    let status = ejit_call(address, integers, floats, stack, &integerResults, &floatResults)
    return status == 0 ? Results(integer: integerResults[0], float: floatResults[0].bitPattern) : nil
  }
}
