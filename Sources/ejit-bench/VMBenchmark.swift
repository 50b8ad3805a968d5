import CEjitShims
import VMPrograms

/// `vm`: the thirteen programs that other machines are measured with, in turns on all of them, in processor time.
struct VMBenchmark {
  /// How often each program runs on each machine.
  var rounds = 5
  /// Sizes that take no time, without the peers, whose sizes are fixed.
  var isSmall = false
  /// Where the peers' programs are.
  var peerFolder = "../shared/peers/vm"

  static let names = [
    "fib", "ack", "sumxor", "collatz", "sieve", "matmul", "queens", "mandel", "nbody", "spectral", "gcd", "mix",
    "interp",
  ]
  static let (interpreter, jit) = ("ejit interpreter", "ejit jit")

  /// The times and results of one program on one machine.
  struct Cell {
    var time = Measurement()
    var results: Set<String> = []
  }

  private var cells: [String: [String: Cell]] = [:]
  /// What compilation of all programs took, once each.
  private(set) var compiled: (nanoseconds: UInt64, instructions: Int) = (0, 0)
  /// The line that ends the report.
  private(set) var summary = ""

  /// Takes `--rounds N`.
  mutating func take(rounds text: String) -> Bool {
    guard let count = Int(text), count > 0 else { return false }
    rounds = count
    return true
  }

  /// Measures, and says whether all results are right.
  mutating func run(_ report: inout Report) -> Bool {
    guard let scratch = ScratchFile() else { fail("no temporary file can be made") }
    var peers: [VMPeer] = []
    if !isSmall {
      let found = VMPeer.all(in: peerFolder, scratch: scratch.path)
      peers = found.peers
      for name in found.missing { note("not measured: \(name)") }
    }
    let tools = [VMBenchmark.interpreter, VMBenchmark.jit] + peers.map(\.name)
    var wrong: [String] = []
    for name in VMBenchmark.names {
      let program = VMProgram(name, isSmall: isSmall)
      for round in 0..<(isSmall ? 1 : rounds) { measure(program, peers, isFirst: round == 0) }
      let row = cells[name] ?? [:]
      let results = tools.compactMap { row[$0]?.results }.reduce(into: Set<String>()) { $0.formUnion($1) }
      if results != [program.expected] { wrong.append(name) }
      note(line(name, tools, row, results == [program.expected] ? program.expected : "\(results.sorted()), not equal"))
    }
    let table = VMTable(tools: tools, cells: cells)
    table.add(to: &report)
    addCompilation(&report)
    summary = table.summary
    return wrong.isEmpty
  }

  private func addCompilation(_ report: inout Report) {
    if compiled.instructions > 0 {
      let microseconds = Double(compiled.nanoseconds) / 1000
      report.add("ejit_jit", "compile_us_per_instruction", microseconds / Double(compiled.instructions))
      report.add("ejit_jit", "compiled_instructions", Double(compiled.instructions))
    }
    guard let start = VMStart.measure() else { return note("not measured: ejit-vm is not beside ejit-bench") }
    report.add("ejit-vm", "start_ms_min", start.minimum / 1_000_000)
    report.add("ejit-vm", "start_ms_median", start.median / 1_000_000)
  }

  private mutating func measure(_ program: VMProgram, _ peers: [VMPeer], isFirst: Bool) {
    let interpreted = program.run(on: program.machine(.interpreter))
    add(interpreted.result, interpreted.nanoseconds, to: VMBenchmark.interpreter, program.name)
    // By default what is hot is compiled: each time anew, on a machine of its own.
    let machine = program.machine(.auto)
    let sample = program.run(on: machine)
    add(sample.result, sample.nanoseconds, to: VMBenchmark.jit, program.name)
    if isFirst {
      let (nanoseconds, instructions) = machine.compilation
      compiled.nanoseconds += nanoseconds
      compiled.instructions += instructions
    }
    for peer in peers {
      guard let samples = peer.run(program.name), !samples.isEmpty else {
        fail("\(peer.name) cannot run \(program.name)")
      }
      for sample in samples { add(sample.result, sample.nanoseconds, to: peer.name, program.name) }
    }
  }

  private mutating func add(_ result: String, _ nanoseconds: Double, to tool: String, _ program: String) {
    cells[program, default: [:]][tool, default: Cell()].time.add(nanoseconds)
    cells[program, default: [:]][tool, default: Cell()].results.insert(result)
  }

  /// `fib 9227465 …` for somebody who waits.
  private func line(_ name: String, _ tools: [String], _ row: [String: Cell], _ result: String) -> String {
    let times = tools.map { tool in
      let nanoseconds = row[tool]?.time.minimum ?? .nan
      return "\(tool) \(Int((nanoseconds / 1_000_000).rounded())) ms"
    }
    return "\(name) = \(result): " + times.joined(separator: ", ")
  }
}
