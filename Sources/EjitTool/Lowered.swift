import Ejit
import EjitText

/// The machine code of a program, and where each instruction's begins.
struct Lowered {
  let source: Source
  let target: Target
  private(set) var code: [UInt8] = []
  /// For each instruction the offset of its code, and at the end how many bytes there are.
  private(set) var offsets: [Int] = []

  init(
    _ source: Source, _ instructions: [Instruction], target: Target, features: Features
  ) throws(Failure) {
    self.source = source
    self.target = target
    var assembler = Assembler(target: target, features: features)
    do throws(EjitError) {
      for instruction in instructions {
        offsets.append(assembler.count)
        try assembler.append(contentsOf: CollectionOfOne(instruction))
      }
      try assembler.finish()
    } catch {
      throw Failure(source.message(for: error, on: target))
    }
    code = assembler.withCode { code in code.indices.map { code[$0] } }
    offsets.append(code.count)
  }

  /// The code of an instruction.
  func range(of instruction: Int) -> Range<Int> { offsets[instruction]..<offsets[instruction + 1] }

  /// The code from the beginning of a function to that of the next.
  func range(ofFunction index: Int) -> Range<Int> {
    let functions = source.program.functions
    let end = index + 1 < functions.count ? offsets[functions[index + 1].start] : code.count
    return offsets[functions[index].start]..<end
  }
}
