import CMallocCount
import Ejit

/// What emission costs: lowering the streams, building them, and emitting one instruction at a time, beside the
/// floors of copying finished bytes and of copying a fixed template per instruction.
final class EmitBenchmark {
  let s1 = Stream.s1()
  let s2 = Stream.s2()
  let s3 = Stream.s3()
  private var assembler = Assembler(target: .x86_64)
  private var other = Assembler(target: .aarch64)
  private let built = UnsafeMutablePointer<Instruction>.allocate(capacity: 10_000)
  private let operands = OpaqueOperands()
  private var target = [UInt8](repeating: 0, count: 1 << 20)

  /// The works that are timed, in turns.
  private struct Work {
    let name: String
    let units: Int
    let inner: Int
    let run: () -> Void
    var time = Measurement()
  }

  /// Runs everything in turns and reports medians and minima per instruction.
  func run(_ report: inout Report) throws(EjitError) {
    built.initialize(repeating: .nop, count: 10_000)
    try check()
    var works: [Work] = []
    for (name, stream, inner) in [("S1", s1, 5000), ("S2", s2, 30), ("S3", s3, 30)] {
      works.append(Work(name: name, units: stream.count, inner: inner) { self.lower(stream) })
    }
    works.append(Work(name: "S2direct", units: s2.count, inner: 30) { self.lowerBuilt() })
    works.append(Work(name: "S2emit", units: s2.count, inner: 30) { self.emitAll() })
    works.append(Work(name: "S2build", units: s2.count, inner: 30) { self.build() })
    for (name, stream) in [("S2memcpy", s2), ("S3memcpy", s3)] {
      let bytes = code(of: stream)
      works.append(Work(name: name, units: stream.count, inner: 100) { self.copy(bytes) })
    }
    works.append(Work(name: "S3template", units: s3.count, inner: 30) { self.copyTemplates(self.s3) })
    for (name, stream) in [("S2aarch64", s2), ("S3aarch64", s3)] {
      works.append(Work(name: name, units: stream.count, inner: 10) { self.lowerForAArch64(stream) })
    }
    for work in works { for _ in 0..<3 { work.run() } }
    for _ in 0..<21 {
      for index in works.indices {
        works[index].time.sample(inner: works[index].inner, units: works[index].units, works[index].run)
      }
    }
    for work in works {
      report.add("ejit", "\(work.name)_ns_ins", work.time.median)
      report.add("ejit", "\(work.name)_ns_ins_min", work.time.minimum)
    }
    for (name, stream) in [("S1", s1), ("S2", s2), ("S3", s3)] {
      lower(stream)
      let before = malloc_count()
      lower(stream)
      report.add("ejit", "\(name)_allocs", Double(malloc_count() - before))
      report.add("ejit", "\(name)_bytes", Double(assembler.count))
    }
    reportLength(&report)
  }

  /// Cost per instruction of a million instructions against a thousand.
  private func reportLength(_ report: inout Report) {
    var million: [Instruction] = []
    while million.count < 1_000_000 { million += s3.instructions.filter { if case .b = $0 { false } else { true } } }
    million = million.filter { if case .label = $0 { false } else { true } }
    let thousand = Array(million.prefix(1000))
    var (long, short) = (Measurement(), Measurement())
    for _ in 0..<7 {
      long.sample(inner: 1, units: million.count) { self.lower(million) }
      short.sample(inner: 1000, units: thousand.count) { self.lower(thousand) }
    }
    report.add("ejit", "million_ns_ins", long.median)
    report.add("ejit", "thousand_ns_ins", short.median)
  }

  /// The three ways give the same bytes, and those run.
  private func check() throws(EjitError) {
    let expected = code(of: s2)
    lowerBuilt()
    guard bytes() == expected else { throw EjitError(.malformedRun) }
    emitAll()
    guard bytes() == expected else { throw EjitError(.malformedRun) }
  }

  private func bytes() -> [UInt8] { assembler.copyCode() }

  private func code(of stream: Stream) -> [UInt8] {
    lower(stream)
    return bytes()
  }

  func lower(_ stream: Stream) { lower(stream.instructions) }

  private func lower(_ instructions: [Instruction]) {
    instructions.withUnsafeBufferPointer { lower($0) }
  }

  private func lower(_ instructions: UnsafeBufferPointer<Instruction>) {
    do throws(EjitError) { try assembler.assemble(instructions.span) } catch { fail(error) }
  }

  private func lowerForAArch64(_ stream: Stream) {
    stream.instructions.withUnsafeBufferPointer { instructions in
      do throws(EjitError) { try other.assemble(instructions.span) } catch { fail(error) }
    }
  }

  private func lowerBuilt() {
    build()
    lower(UnsafeBufferPointer(start: built, count: 10_000))
  }

  @inline(never) private func build() {
    let (operands, out) = (opaque(operands), opaque(built))
    for loop in 0..<1000 { operands.loop(loop) { out[10 * loop + $0] = $1 } }
  }

  @inline(never) private func emitAll() {
    let operands = opaque(operands)
    assembler.reset()
    do throws(EjitError) {
      try operands.emitAll(&assembler)
      try assembler.finish()
    } catch { fail(error) }
  }

  @inline(never) private func copy(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { source in
      target.withUnsafeMutableBytes { opaque($0).copyMemory(from: opaque(source)) }
    }
  }

  /// Sixteen fixed bytes an instruction and four of its immediate: what blind copying of templates costs.
  @inline(never) private func copyTemplates(_ stream: Stream) {
    target.withUnsafeMutableBytes { target in
      var out = target.baseAddress!
      stream.instructions.withUnsafeBytes { source in
        var at = source.baseAddress!
        for _ in 0..<source.count / 16 {
          let words = at.load(as: SIMD2<UInt64>.self)
          out.storeBytes(of: words, as: SIMD2<UInt64>.self)
          out.storeBytes(of: UInt32(truncatingIfNeeded: words.x >> 32), toByteOffset: 3, as: UInt32.self)
          out += 4 + Int(words.y >> 62)
          at += 16
        }
      }
    }
  }

  private func fail(_ error: EjitError) { print("ejit-bench: \(error.kind) at \(error.instruction ?? -1)") }
}
