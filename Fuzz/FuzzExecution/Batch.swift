import Ejit
import EjitImage
import EjitInterpreter

/// Random programs as AArch64 code, many in one process, compared with the reference machine.
struct Batch {
  private static let programsPerImage = 12_500
  /// Where an image begins to lay its outputs, which a first output tells.
  private let memory: UnsafeMutableRawBufferPointer
  private let start: UInt64
  private(set) var reached = 0
  private(set) var steps = 0
  private(set) var divergences = 0
  private(set) var images = 0

  /// A program in an image.
  private struct Job {
    let call: AArch64Image.Call
    let buffer: AArch64Image.Buffer
    let index: Int
  }

  init() throws(ImageError) {
    var image = AArch64Image()
    start = try image.addOutput(count: 0).address & ~0xFFFF
    memory = FixedMemory.map(start, count: (Block.count + 192) * Batch.programsPerImage)
  }

  /// Executes `count` programs from the `first` on.
  mutating func run(_ count: Int, seed: UInt64, first: Int) throws(ImageError) {
    var index = first
    while index < first + count {
      let end = min(first + count, index + Batch.programsPerImage)
      try runImage(index..<end, seed)
      index = end
    }
  }

  private mutating func runImage(_ indices: Range<Int>, _ seed: UInt64) throws(ImageError) {
    var image = AArch64Image()
    var jobs: [Job] = []
    var baseline = Assembler(target: .aarch64, features: .baseline)
    var withFlagM = Assembler(target: .aarch64, features: .flagM)
    for index in indices {
      let (contents, buffer) = try addBlock(seed, index, to: &image)
      let (_, program) = generate(seed, index, buffer.address)
      guard execute(program, contents, buffer) else { continue }
      let code = try index & 1 == 0 ? lower(program, &baseline, &image) : lower(program, &withFlagM, &image)
      jobs.append(Job(call: try image.addCall(code), buffer: buffer, index: index))
    }
    images += 1
    reached += jobs.count
    let results = try image.run(secondsPerCall: 10, seconds: 0)
    for job in jobs { compare(job, results, seed) }
  }

  private func addBlock(
    _ seed: UInt64, _ index: Int, to image: inout AArch64Image
  ) throws(ImageError) -> (contents: UInt64, AArch64Image.Buffer) {
    let contents = withInput(seed, index) { $0.word() }
    var block = [UInt8](repeating: 0, count: Block.count)
    block.withUnsafeMutableBytes { Block.fill($0, seed: contents) }
    return (contents, try image.addOutput(initially: block))
  }

  private func generate(_ seed: UInt64, _ index: Int, _ address: UInt64) -> (contents: UInt64, GeneratedProgram) {
    withInput(seed, index) { decisions in
      let contents = decisions.word()
      return (contents, GeneratedProgram(decisions, target: .aarch64, block: Block(address: address), host: nil))
    }
  }

  /// The bytes of this process that lie where the image has the buffer.
  private func bytes(of buffer: AArch64Image.Buffer) -> UnsafeMutableRawBufferPointer {
    let offset = Int(buffer.address - start)
    return UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + Block.count])
  }

  /// Whether the reference machine executes the program to its end.
  private mutating func execute(
    _ program: GeneratedProgram, _ contents: UInt64, _ buffer: AArch64Image.Buffer
  ) -> Bool {
    let block = bytes(of: buffer)
    Block.fill(block, seed: contents)
    do throws(EjitError) {
      var interpreter = try Interpreter(
        program: program.instructions, target: .aarch64, features: .baseline, stackSize: Execution.stackSize)
      interpreter.allowsHostCalls = false
      guard (try? interpreter.run(memory: [unsafe MemoryRange(block)], fuel: Execution.fuel)) != nil else {
        return false
      }
      steps += Int(interpreter.steps) - program.overhead
      return true
    } catch {
      fatalError("a program made to be good was refused: \(error)")
    }
  }

  private func lower(
    _ program: GeneratedProgram, _ assembler: inout Assembler, _ image: inout AArch64Image
  ) throws(ImageError) -> UInt64 {
    do throws(EjitError) {
      try assembler.assemble(program.instructions.span)
    } catch {
      fatalError("a program made to be good was refused: \(error)")
    }
    let alignment = assembler.alignment
    return try assembler.withCode { code throws(ImageError) in
      try image.addCode(code, alignment: alignment) { unsafe assembler.relocate($0, to: $1) }
    }
  }

  private mutating func compare(_ job: Job, _ results: ImageResults, _ seed: UInt64) {
    let outcome = results[job.call]
    let expected = UnsafeRawBufferPointer(rebasing: bytes(of: job.buffer)[..<Block.compared])
    results.bytes(of: job.buffer).withUnsafeBytes { found in
      let found = UnsafeRawBufferPointer(rebasing: found[..<Block.compared])
      let isEqual = expected.elementsEqual(found)
      if outcome.ending == .returned && outcome.violations.isEmpty && isEqual { return }
      divergences += 1
      guard divergences <= 3 else { return }
      let (contents, program) = generate(seed, job.index, job.buffer.address)
      let difference = Difference(program, seed: contents, expected: expected, found: found)
      print(
        difference.text("AArch64: --first \(job.index) --batch 1", ending: "\(outcome.ending) \(outcome.violations)"))
    }
  }
}

/// Prints what came of `count` random programs on AArch64; returns 0 if no result differed.
@c(fuzz_execution_batch)
public func batch(_ count: Int, _ seed: UInt64, _ first: Int) -> CInt {
  do throws(ImageError) {
    var batch = try Batch()
    try batch.run(count, seed: seed, first: first)
    print("programs: \(count), images: \(batch.images)")
    print(
      "reached execution: \(batch.reached), \(batch.steps / max(batch.reached, 1)) instructions executed on average")
    print("divergences: \(batch.divergences)")
    return batch.divergences == 0 && batch.reached > 0 ? 0 : 1
  } catch {
    print("no batch: \(error)")
    return 3
  }
}
