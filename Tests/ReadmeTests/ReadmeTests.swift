import EjitText
import Testing
import TestSupport

@testable import Ejit

@Suite(.serialized) struct ReadmeTests {
  /// With EJIT_UPDATE_README=1 in the environment the tables are written instead of compared.
  @Test func tablesSayWhatTheCodeSays() throws {
    var blocks: [(name: String, text: String)] = [
      ("registers", Tables.registers()), ("vectors", Tables.vectors()), ("neutral", Tables.neutral()),
      ("errors", try Tables.errors()),
      ("limits", Tables.limits()),
    ]
    if Tool.objdump.path == nil || Tool.objcopy.path == nil {
      #expect(Readme.environment("CI") != "true", "llvm-objdump is missing")
      print("skipped: the op table of the README, llvm-objdump is missing")
    } else {
      blocks.append(("ops", try OpTable.text()))
    }
    if Readme.environment("EJIT_UPDATE_README") == "1" { try Readme.update(blocks) }
    let readme = try Readme.text()
    for block in blocks {
      let found = try #require(Readme.block(block.name, of: readme), "\(block.name) is missing")
      #expect(found == block.text, "\(block.name) is not what the code says")
    }
  }

  @Test func everyOpHasAnExampleAndACase() throws {
    let ops = Set(Instruction.samples.map { Statement($0).mnemonic })
    let examples = OpExample.all.map { Statement($0.op).mnemonic }
    #expect(examples.count == Mnemonic.allCases.count && Set(examples) == ops)
    let cases = try DocumentedCase.all(in: "Sources/Ejit/IR/Instruction.swift", behind: "public enum Instruction")
    #expect(cases.map(\.name) == examples.map { "\($0.name)" })
    #expect(cases.allSatisfy { !$0.comment.isEmpty })
  }

  @Test func everyErrorIsListed() throws {
    let errors = try DocumentedCase.all(in: "Sources/Ejit/EjitError.swift", behind: "  @frozen public enum Kind")
    #expect(errors.map(\.name) == EjitError.Kind.allCases.map { "\($0)" })
    #expect(errors.allSatisfy { !$0.comment.isEmpty })
  }

  @Test func examplesStandInTheReadme() throws {
    let readme = try Readme.text()
    let examples = try Snippet.all(in: "Tests/ReadmeTests/Examples.swift")
    #expect(examples.count == 9)
    for example in examples { #expect(readme.contains(example), "not in the README:\n\(example)") }
    let first = try #require(examples.first)
    #expect(readme.contains("```swift\nimport Ejit\n\n\(first)```"))
  }

  @Test func examplesDoWhatTheReadmeSays() throws {
    #expect(try Examples.fallback(10_000) == 50_005_000)
    #expect(try Examples.reuse().count == 100)
    #expect(try Examples.marks() == [0x408, 1])
    #expect(try Examples.text() == 42)
    guard Executable.isSupported else { return }
    #expect(try Examples.sum() == 50_005_000)
    #expect(try Examples.arena() == [1, 2])
    #expect(try Examples.patches() == [101, 1002])
    #expect(try Examples.floats() == 18.5)
    let (value, site) = try Examples.faults(8)
    #expect(value == 0 && site == 7)
  }
}

/// Lines of a source between `// README` and `// end`, moved to the margin.
enum Snippet {
  static func all(in file: String) throws -> [String] {
    var (result, lines): ([String], [Substring]?) = ([], nil)
    for line in try Readme.text(of: file).split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "    // README" {
        lines = []
      } else if line == "    // end" {
        result.append((lines ?? []).map { $0 + "\n" }.joined())
        lines = nil
      } else {
        lines?.append(line.dropFirst(4))
      }
    }
    return result
  }
}
