import Ejit
import EjitText
import TestSupport
import Testing

/// Row N9: no op becomes more bytes than `Target.maximumBytes(for:)` says, and what it says is not far off.
@Suite struct BoundsTests {
  @Test(arguments: ListingTests.books) func noOpIsLongerThanItsBound(_ book: ListingTests.Book) throws {
    var assembler = Assembler(target: book.target, features: book.features)
    var longest: [Mnemonic: Int] = [:]
    for item in Listing.instructions(for: book.target) {
      let count = try item.code(by: &assembler).count
      let op = Statement(item.instruction).mnemonic
      let bound = item.maximumBytes(for: book.target)
      if count > bound { Issue.record("\(book.name): \(item.text): \(count) bytes, the bound is \(bound)") }
      longest[op] = max(longest[op] ?? 0, count)
    }
    #expect(longest.count == Mnemonic.allCases.count, "ops that are not listed")
  }

  /// Constants of floats lie behind the code.
  @Test(arguments: ListingTests.books) func boundsCountWhatLiesBehindTheCode(_ book: ListingTests.Book) throws {
    var assembler = Assembler(target: book.target, features: book.features)
    for item in Listing.instructions(for: book.target) {
      guard Statement(item.instruction).mnemonic.family == .float else { continue }
      let (count, bound) = (try item.growth(by: &assembler), item.maximumBytes(for: book.target))
      if count > bound { Issue.record("\(book.name): \(item.text): \(count) bytes, the bound is \(bound)") }
    }
  }

  /// The most bytes of an op over widths, alias patterns, constants and displacements, against its bound.
  @Test(arguments: [Target.x86_64, .aarch64]) func boundsHoldForEveryAliasPattern(target: Target) throws {
    var assembler = Assembler(target: target, features: .baseline)
    let machine = TestMachine(target: target, features: .baseline)
    var sweep = Sweep(machine)
    for op in Mnemonic.allCases where op.family == .value || op.family == .branch {
      for snippet in sweep.snippets(of: op) {
        let before = snippet.body.prefix { $0 != snippet.subject }
        let body = before + [.mark(1), snippet.subject, .mark(2)] + snippet.body.dropFirst(before.count + 1)
        let without = before + snippet.body.dropFirst(before.count + 1)
        try assembler.assemble(Array(without).span)
        let rest = assembler.count
        try assembler.assemble(Array(body).span)
        // What lies behind the code counts too.
        let count = max(assembler.marks.offset(of: 2)! - assembler.marks.offset(of: 1)!, assembler.count - rest)
        let bound = target.maximumBytes(for: snippet.subject)
        if count > bound {
          Issue.record("\(target.abi): \(snippet.subject.text): \(count) bytes, the bound is \(bound)")
        }
      }
    }
  }
}
