import Ejit
import EjitImage
import EjitText

/// Calls of programs for AArch64, made under an emulator: all of them in one process, as long as one image holds them.
final class Emulation {
  private var image = AArch64Image()
  private var jobs: [Job] = []
  private var endings: [Ending] = []
  private var assembler = Assembler(target: .aarch64)
  private var program = Code()
  /// Processor time that a call may take; 0: any.
  private let secondsPerCall: UInt32

  init(secondsPerCall: UInt32 = 0) { self.secondsPerCall = secondsPerCall }

  private struct Job {
    let call: AArch64Image.Call
    let outputs: [AArch64Image.Buffer]
  }

  /// The program that calls are added for.
  private struct Code {
    var bytes: [UInt8] = []
    var entries: [Label: Int] = [:]
    /// Where it lies in the current image, once it does.
    var address: UInt64?
  }

  /// Calls added from now on are calls of this program.
  func add(_ source: Source, _ instructions: [Instruction]) throws(Failure) {
    do throws(EjitError) {
      try assembler.assemble(instructions.span)
    } catch {
      throw Failure(source.message(for: error, on: .aarch64))
    }
    program = Code()
    program.bytes = assembler.withCode { code in code.indices.map { code[$0] } }
    for function in source.program.functions {
      if let label = function.label { program.entries[label] = assembler.offset(of: label) }
    }
  }

  /// Adds a call; where the image is full, those before it are made first.
  func add(_ call: Call) throws(Failure) {
    do throws(ImageError) {
      do throws(ImageError) {
        try place(call)
      } catch ImageError.tooLarge {
        try runImage()
        try place(call)
      }
    } catch {
      throw Emulation.failure(error)
    }
  }

  /// Makes the calls. One ending for each, in the order of adding.
  func finish() throws(Failure) -> [Ending] {
    do throws(ImageError) {
      try runImage()
    } catch {
      throw Emulation.failure(error)
    }
    return endings
  }

  private static func failure(_ error: ImageError) -> Failure {
    Failure("ejit: error: \(error.text)", error == .tooLarge ? .usage : .cannotRun)
  }

  /// Where the program lies in the current image; puts it there.
  private func codeAddress() throws(ImageError) -> UInt64 {
    if let address = program.address { return address }
    let bytes = program.bytes
    let address = try image.addCode(bytes.span, alignment: assembler.alignment) { copy, address in
      unsafe assembler.relocate(copy, to: address)
    }
    program.address = address
    return address
  }

  private func place(_ call: Call) throws(ImageError) {
    let code = try codeAddress()
    var integers: [UInt64] = []
    var floats: [Double] = []
    var outputs: [AArch64Image.Buffer] = []
    for argument in call.arguments {
      switch argument {
      case .integer(let bits): integers.append(bits)
      case .float, .single: floats.append(Double(bitPattern: argument.floatBits ?? 0))
      case .text(let bytes): integers += [try image.addInput(bytes).address, UInt64(bytes.count)]
      case .output(let count):
        outputs.append(try image.addOutput(count: count))
        integers.append(outputs[outputs.count - 1].address)
      }
    }
    let offset = call.function.label.flatMap { program.entries[$0] } ?? 0
    let entry = code + UInt64(offset)
    jobs.append(Job(call: try image.addCall(entry, integers, floats: floats), outputs: outputs))
  }

  private func runImage() throws(ImageError) {
    let results = try image.run(secondsPerCall: secondsPerCall, seconds: 0)
    for job in jobs { endings.append(Emulation.ending(of: job, in: results)) }
    image = AArch64Image()
    jobs = []
    program.address = nil
  }

  private static func ending(of job: Job, in results: ImageResults) -> Ending {
    let outcome = results[job.call]
    switch outcome.ending {
    case .signal(let signal): return .ended(Signals.text(signal))
    case .returned where !outcome.violations.isEmpty:
      return .ended("did not preserve \(outcome.violations.text)")
    case .returned:
      return .returned(
        Ending.Result(
          integer: outcome.x0, float: outcome.d0.bitPattern,
          output: job.outputs.flatMap { results.bytes(of: $0) }))
    }
  }
}
