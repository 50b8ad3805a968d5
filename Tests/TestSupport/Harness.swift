import Ejit
import EjitImage
import EjitText

/// Executes snippets on a machine and compares all registers and memory with the model.
public struct Harness: ~Copyable {
  /// What came of it.
  public struct Report {
    /// How many times a snippet was executed.
    public var executions = 0
    /// How many times each op was the subject.
    public var subjects: [Mnemonic: Int] = [:]
    /// What was wrong, one line each; at most some dozens.
    public var failures: [String] = []

    /// Nothing was executed yet.
    public init() {}

    mutating func fail(_ line: String) { if failures.count < 40 { failures.append(line) } }

    /// Adds what came of more snippets.
    public mutating func add(_ other: Report) {
      executions += other.executions
      subjects.merge(other.subjects, uniquingKeysWith: +)
      for failure in other.failures { fail(failure) }
    }
  }

  /// The machine.
  public let machine: TestMachine
  private var memory: MachineMemory

  /// A harness whose snippets may reach the bytes of `data`, at `dataAddress`.
  public init(_ machine: TestMachine, data: [UInt8] = []) throws {
    self.machine = machine
    memory = try MachineMemory(machine, data: data)
  }

  /// Where the data is, in the machine's memory.
  public var dataAddress: UInt64 { memory.data.address }

  /// Executes the snippets, some ten thousand records at a time.
  public consuming func run(_ snippets: [Snippet]) throws -> Report {
    var report = Report()
    var model = Model(registers: [], memory: ModelMemory(address: memory.data.address, bytes: memory.dataBytes))
    var start = 0
    while start < snippets.count {
      var (end, records) = (start, 0)
      while end < snippets.count && records + snippets[end].count <= 60_000 {
        records += snippets[end].count
        end += 1
      }
      precondition(end > start, "a snippet with too many vectors")
      let batch = try Batch(Array(snippets[start..<end]), machine: machine)
      let results = try memory.execute(batch)
      batch.compare(results, with: &model, in: &report)
      start = end
    }
    if memory.dataBytes != model.memory.bytes { memory.describeDifference(from: model.memory.bytes, in: &report) }
    return report
  }
}

/// Snippets, assembled with their drivers, and records to execute them with.
struct Batch {
  let snippets: [Snippet]
  let machine: TestMachine
  private let plans: [Plan]
  let code: [UInt8]
  private let entries: [Int]
  private let drivers: [Plan: (entry: Int, back: Int)]

  /// Which driver executes a snippet.
  private struct Plan: Hashable {
    let cursor: Int
    let hasVectors: Bool
  }

  /// - Throws: what the assembler refuses, which is a failure of the test.
  init(_ snippets: [Snippet], machine: TestMachine) throws {
    (self.snippets, self.machine) = (snippets, machine)
    var plans: [Plan] = []
    var program: [Instruction] = []
    for (index, snippet) in snippets.enumerated() {
      let named = snippet.registers
      let free = machine.registers.filter { !named.contains($0) }
      // Some that use no floating-point register show that they leave them alone.
      let plan = Plan(cursor: free[index % free.count], hasVectors: snippet.usesVectors || index % 16 == 0)
      plans.append(plan)
      program.append(.entry(Label(UInt32(index))))
      program += snippet.body
      program.append(Batch.driver(plan, machine).leave)
    }
    let used = EdgeValues.unique(plans)
    for plan in used { program += Batch.driver(plan, machine).program }
    var assembler = Assembler(target: machine.target, features: machine.features)
    do throws(EjitError) {
      try assembler.assemble(program.span)
    } catch {
      throw Refused(error: error, instruction: error.instruction.map { program[$0] })
    }
    code = assembler.withCode { code in code.withUnsafeBufferPointer { [UInt8]($0) } }
    entries = try snippets.indices.map { try Batch.offset(of: Label(UInt32($0)), in: assembler) }
    var drivers: [Plan: (entry: Int, back: Int)] = [:]
    for plan in used {
      let driver = Batch.driver(plan, machine)
      drivers[plan] = (
        try Batch.offset(of: driver.entry, in: assembler), try Batch.offset(of: driver.back, in: assembler)
      )
    }
    (self.plans, self.drivers) = (plans, drivers)
  }

  private static func driver(_ plan: Plan, _ machine: TestMachine) -> Driver {
    Driver(target: machine.target, cursor: plan.cursor, hasVectors: plan.hasVectors)
  }

  struct Refused: Error {
    let error: EjitError
    let instruction: Instruction?
  }

  private static func offset(of label: Label, in assembler: borrowing Assembler) throws -> Int {
    guard let offset = assembler.offset(of: label) else {
      throw Refused(error: EjitError(.unboundLabel, detail: UInt64(label.number)), instruction: nil)
    }
    return offset
  }

  /// What each register holds that no vector sets: recognisable, and with bits everywhere.
  private static let patterns: [UInt64] = (0..<64).map { 0xB5A6_97C8_D3E4_F100 | UInt64($0) }

  /// Bytes of memory that the records take, the shelf of the drivers included.
  var byteCount: Int { 8 * Driver.Word.count * (snippets.reduce(0) { $0 + $1.count } + 1) }

  /// Fills in the records, for code at `address`, and returns for each driver the offset of its first record.
  func prepare(_ words: UnsafeMutablePointer<UInt64>, codeAddress: UInt64) -> [(entry: UInt64, firstRecord: Int)] {
    let size = Driver.Word.count
    var last: [Plan: Int] = [:]
    var calls: [(UInt64, Int)] = []
    var record = size
    words.initialize(repeating: 0, count: byteCount / 8)
    for (index, snippet) in snippets.enumerated() {
      let driver = drivers[plans[index]]!
      let (code, back) = (codeAddress + UInt64(entries[index]), codeAddress + UInt64(driver.back))
      var previous = last[plans[index]]
      if previous == nil { calls.append((codeAddress + UInt64(driver.entry), 8 * record)) }
      var vector = 0
      while vector < snippet.count {
        let start = words + record
        start.update(from: Batch.patterns, count: Batch.patterns.count)
        snippet.set(vector, in: start)
        start[Driver.Word.code] = code
        start[Driver.Word.back] = back
        start[Driver.Word.shelf] = UInt64(bitPattern: Int64(-8 * record))
        if let previous { words[previous + Driver.Word.next] = UInt64(8 * (record - previous)) }
        previous = record
        record += size
        vector += 1
      }
      last[plans[index]] = previous
    }
    return calls
  }

  /// Compares what was left in the records with the model.
  func compare(_ bytes: [UInt8], with model: inout Model, in report: inout Harness.Report) {
    bytes.withUnsafeBytes { bytes in
      var record = bytes.bindMemory(to: UInt64.self).baseAddress! + Driver.Word.count
      for (index, snippet) in snippets.enumerated() {
        report.executions += snippet.count
        report.subjects[Statement(snippet.subject).mnemonic, default: 0] += snippet.count
        var vector = 0
        while vector < snippet.count {
          compare(record, snippet, vector, plans[index].cursor, with: &model, in: &report)
          record += Driver.Word.count
          vector += 1
        }
      }
    }
  }

  private func compare(
    _ record: UnsafePointer<UInt64>, _ snippet: Snippet, _ vector: Int, _ cursor: Int, with model: inout Model,
    in report: inout Harness.Report
  ) {
    model.registers = Batch.patterns
    model.registers.withUnsafeMutableBufferPointer { snippet.set(vector, in: $0.baseAddress!) }
    model.run(snippet.body)
    if record[Driver.Word.done] == 0 {
      return report.fail("\(machine): \(snippet.text): not executed, or ended by a fault")
    }
    model.registers[cursor] = record[cursor]  // it holds an address
    var slot = 0
    while slot < 64 {
      let (found, expected) = (record[slot], model.registers[slot])
      if found != expected, !snippet.subject.allows(found, expected, inSlot: slot) {
        report.fail(
          "\(machine): \(snippet.text) with \(snippet.inputs(of: vector)): \(name(ofSlot: slot)) is \(hex(found)), "
            + "not \(hex(expected))")
      }
      slot += 1
    }
  }
}

/// `0x2a`.
public func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
