import Ejit
import TestSupport
import Testing

/// Windows x64 preserves xmm6 and up, so no op may change one that the program did not name: neither to keep something
/// for a moment nor in a sequence of its own.
@Suite struct WindowsVectorTests {
  /// Number 5 is the last register of the machine, the others have its numbers.
  private static func machineNumber(_ number: Int) -> Int { number == 5 ? 15 : number }

  @Test func preservedRegistersAreThoseThatClangSaves() throws {
    guard hasTools(.clang) else { return }
    let all = (0..<16).map { "\"xmm\($0)\"" }.joined(separator: ",")
    let source = "void f(void) { __asm__ volatile(\"\" ::: \(all)); }"
    let assembly = try ReferenceCompiler.assembly(of: source, "x86_64-pc-windows-msvc", .x86_64)
    let stores = assembly.split(separator: "\n").filter {
      $0.contains("mov") && $0.contains("xmmword ptr [rsp") && $0.contains("], xmm")
    }
    let saved = stores.flatMap { WindowsVectorTests.vectors(in: String($0)) }
    #expect(Set(saved) == Set(ABI.win64.savedVectors.map(WindowsVectorTests.machineNumber)))
    #expect(saved.count == 10)
  }

  @Test(arguments: [Features.baseline, .sse41, .best]) func opsChangeNoPreservedRegisterThatIsNotNamed(
    _ chosen: Features
  ) throws {
    guard hasTools(.objcopy, .objdump) else { return }
    var assembler = Assembler(target: .x86_64Windows, features: chosen.union([.cx16, .fma3, .f16c]))
    let items = Listing.instructions(for: .x86_64Windows).filter { !$0.isData }
    let readings = try Disassembler.disassemble(items.map { try $0.code(by: &assembler) }, for: .x86_64)
    var scratchUses = 0
    for (item, reading) in zip(items, readings) {
      let lines = reading ?? []
      let used = Set(lines.flatMap { WindowsVectorTests.vectors(in: $0.text) })
      if used.contains(5) { scratchUses += 1 }
      let others = used.filter { $0 > 5 }.subtracting(WindowsVectorTests.named(by: item))
      if !others.isEmpty {
        Issue.record("\(item.text): \(others): \(lines.map(\.text).joined(separator: "; "))")
      }
    }
    #expect(scratchUses > 100)
  }

  /// The machine's numbers of the registers in the text of an op, and those that its frame saves and restores.
  private static func named(by item: ListedInstruction) -> Set<Int> {
    switch item.instruction {
    case .enter(_, _, let count): return Set(ABI.win64.savedVectors.prefix(Int(count)).map(machineNumber))
    case .leave: return Set(ABI.win64.savedVectors.map(machineNumber))
    default: break
    }
    let words = item.text.split { !$0.isLetter && !$0.isNumber }
    return Set(words.filter { $0.first == "v" }.compactMap { Int($0.dropFirst()) }.map(machineNumber))
  }

  /// The numbers of the vector registers in a line of assembly.
  private static func vectors(in line: String) -> [Int] {
    let words = line.split { !$0.isLetter && !$0.isNumber }
    return words.filter { $0.hasPrefix("xmm") || $0.hasPrefix("ymm") }.compactMap { Int($0.dropFirst(3)) }
  }
}

extension Features {
  /// What changes the code of many ops.
  fileprivate static let best: Features = [.bmi1, .bmi2, .lzcnt, .popcnt, .sse41, .avx]
}
