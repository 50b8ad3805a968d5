import Ejit
import EjitText
import TestSupport
import Testing

/// Every row of the contract is held: by the listing of its ops, by their execution on every machine, by named tests.
@Suite struct RowTests {
  @Test func opsAreTheCasesOfTheInstruction() throws {
    let source = try #require(
      try SourceFile.all(below: "Sources/Ejit/IR").first { $0.path.hasSuffix("/Instruction.swift") })
    let cases = source.lines.compactMap { line -> Substring? in
      guard line.hasPrefix("  case ") else { return nil }
      return line.dropFirst(7).drop { $0 == "`" }.prefix { $0.isLetter || $0.isNumber }
    }
    #expect(cases.map(String.init).sorted() == Mnemonic.allCases.map(\.text).sorted())
  }

  @Test func everyOpBelongsToARow() {
    let covered = Set(Row.all.flatMap(\.ops))
    #expect(Mnemonic.allCases.filter { !covered.contains($0) } == [])
    #expect(Set(Row.all.map(\.id)).count == Row.all.count)
    for row in Row.all { #expect(!row.ops.isEmpty || !row.tests.isEmpty, "row \(row.id) is held by nothing") }
  }

  /// Atomics and fences have six rows, and each machine with all that it can have executes every op of them.
  @Test func rowsOfAtomicsAreWhole() {
    let rows = Row.all.filter { $0.id.first == "F" }
    #expect(rows.map(\.id) == ["F1", "F2", "F3", "F4", "F5", "F6"])
    for target in [Target.x86_64, .aarch64] {
      for op in rows.flatMap(\.ops) {
        let machines = TestMachine.all.filter { machine in
          machine.target == target && op.needs(on: target.architecture).isSubset(of: machine.features)
        }
        let isHost = target == .host || target.architecture == .aarch64
        #expect(!isHost || !machines.isEmpty, "\(op.text) is executed by no machine")
        #expect(op.family == .memory || op.family == .value, "\(op.text) is in no sweep")
      }
    }
  }

  /// Floats have eleven rows, every op on them is in one, and each machine with all that it can have executes it.
  @Test func rowsOfFloatsAreWhole() {
    let rows = Row.all.filter { $0.id.first == "I" }
    #expect(rows.map(\.id) == (1...11).map { "I\($0)" })
    let ops = Set(rows.flatMap(\.ops))
    #expect(Mnemonic.allCases.filter { $0.family == .float && !ops.contains($0) } == [])
    for target in [Target.x86_64, .aarch64] {
      for op in ops where target == .host || target.architecture == .aarch64 {
        let machines = TestMachine.all.filter { machine in
          machine.target == target && op.needs(on: target.architecture).isSubset(of: machine.features)
        }
        #expect(!machines.isEmpty, "\(op.text) is executed by no machine")
      }
    }
  }

  /// Ops of registers and memory are executed by `ExecutionTests`, which fail for one that they do not execute.
  @Test func opsOfEveryRowAreListedAndExecuted() {
    for machine in TestMachine.all {
      let listed = Set(Listing.instructions(for: machine.target).map { Statement($0.instruction).mnemonic })
      for row in Row.all {
        for op in row.ops {
          #expect(listed.contains(op), "row \(row.id): \(op.text) is not listed for \(machine)")
          #expect(op.family != .control || !row.tests.isEmpty, "row \(row.id): \(op.text) is not executed")
        }
      }
    }
  }

  @Test func testsOfEveryRowExist() throws {
    let files = try SourceFile.all(below: "Tests")
    let functions = Set(
      files.flatMap(\.lines).compactMap { line -> String? in
        guard let range = line.firstRange(of: "func ") else { return nil }
        return String(line[range.upperBound...].prefix { $0.isLetter || $0.isNumber })
      })
    for row in Row.all {
      for test in row.tests { #expect(functions.contains(test), "row \(row.id): there is no test \(test)") }
    }
  }
}
