import CEjitShims
import Ejit
import EjitText
import TestSupport
import Testing

/// What each op becomes, written down: `Listings/*.txt` have op, bytes and what llvm-objdump reads in them. The bytes
/// must stay what they are, must mean the text beside them, and the text must assemble to the same instructions.
///
/// After a deliberate change: `EJIT_UPDATE_LISTINGS=1 swift test --filter ListingTests`, and read the difference.
@Suite(.serialized) struct ListingTests {
  /// One file: a machine, and the machine whose listing it adds to (lines that are the same are left out).
  struct Book: Sendable, CustomTestStringConvertible {
    let name: String
    let target: Target
    let features: Features
    let isAddition: Bool
    var testDescription: String { name }
  }

  /// Features that no other ops ask for than those that need them.
  private static let needed: Features = [.cx16, .fma3, .f16c]

  static let books = [
    Book(name: "x86-64", target: .x86_64, features: needed, isAddition: false),
    Book(name: "x86-64-sse41", target: .x86_64, features: needed.union(.sse41), isAddition: true),
    Book(
      name: "x86-64-v3", target: .x86_64, features: needed.union([.bmi1, .bmi2, .lzcnt, .popcnt, .sse41, .avx]),
      isAddition: true),
    Book(name: "aarch64", target: .aarch64, features: .baseline, isAddition: false),
    Book(name: "aarch64-flagm", target: .aarch64, features: .flagM, isAddition: true),
    Book(name: "aarch64-lse", target: .aarch64, features: .lse, isAddition: true),
  ]

  /// A line of a listing.
  struct Line: Equatable {
    let op: String
    let bytes: String
    let text: String
    var description: String { "\(op) | \(bytes) | \(text)" }
  }

  @Test(arguments: books) func codeIsThatOfTheListing(_ book: Book) throws {
    let items = Listing.instructions(for: book.target)
    let (ops, codes, data) = try lower(items, book)
    if ejit_environment("EJIT_UPDATE_LISTINGS") != nil { try write(ops, codes, data, book) }
    let lines = try read(book)
    var expected: [String: String] = [:]
    for line in lines { expected[line.op] = line.bytes }
    #expect(lines.count == ops.count, "lines for ops that are not listed any more, or the other way round")
    for (op, code) in zip(ops, codes) where expected[op] != hexBytes(code) {
      Issue.record("\(book.name): \(op): \(hexBytes(code)), not \(expected[op] ?? "listed")")
    }
  }

  @Test(arguments: books) func bytesMeanTheTextBesideThem(_ book: Book) throws {
    guard hasTools(.objcopy, .objdump) else { return }
    let lines = try read(book).filter { $0.text != ListingTests.data }
    let codes = try lines.map { try parse($0.bytes) }
    let readings = try Disassembler.disassemble(codes, for: book.target.architecture)
    for (line, reading) in zip(lines, readings) where joined(reading) != line.text {
      Issue.record("\(book.name): \(line.op): \(line.bytes) is \(joined(reading)), not \(line.text)")
    }
  }

  @Test(arguments: books) func textAssemblesToTheBytes(_ book: Book) throws {
    guard hasTools(.clang, .objcopy) else { return }
    let lines = try read(book).filter { !$0.text.isEmpty && $0.text != ListingTests.data }
    let texts = lines.map { $0.text.split(separator: ";").map { String($0) } }
    let assembled = try ReferenceAssembler.assemble(texts, for: book.target.architecture)
    for (line, bytes) in zip(lines, assembled) where hexBytes(bytes) != line.bytes && !isLongerOnPurpose(line) {
      Issue.record("\(book.name): \(line.op): \(line.text) is \(hexBytes(bytes)), not \(line.bytes)")
    }
  }

  /// x86-64 has shorter encodings that the lowering does without: with rax and an immediate, shifts by 1, and short
  /// jumps forward, whose distance is not known when they are emitted. No-operations are as long as they shall be.
  private func isLongerOnPurpose(_ line: Line) -> Bool {
    let instructions = line.text.split(separator: ";").map { $0.drop { $0 == " " } }
    return instructions.contains { text in
      let isJump = text.first == "j" && text.contains(" .+")
      let usesRAX = text.contains(" rax, ") || text.contains(" eax, ")
      return isJump || usesRAX || text.hasSuffix(", 0x1") || text.hasPrefix("xchg") || text.hasPrefix("nop")
    }
  }

  // MARK: Files

  /// What stands beside bytes that are no instructions.
  private static let data = "(data)"

  private func lower(
    _ items: [ListedInstruction], _ book: Book
  ) throws -> (ops: [String], codes: [[UInt8]], data: Set<String>) {
    var assembler = Assembler(target: book.target, features: book.features)
    var plain = Assembler(target: book.target, features: ListingTests.needed)
    var seen: Set<String> = []
    var result: (ops: [String], codes: [[UInt8]], data: Set<String>) = ([], [], [])
    for item in items {
      let op = item.text
      guard seen.insert(op).inserted else { continue }
      let code: [UInt8]
      do throws(EjitError) {
        code = try item.code(by: &assembler)
        if book.isAddition, try item.code(by: &plain) == code { continue }
      } catch {
        Issue.record("\(book.name): \(op): \(error)")
        continue
      }
      result.ops.append(op)
      result.codes.append(code)
      if item.isData { result.data.insert(op) }
    }
    return result
  }

  private func path(_ book: Book) -> String {
    let here = #filePath
    return here.prefix(upTo: here.lastIndex(of: "/")!) + "/Listings/\(book.name).txt"
  }

  private func read(_ book: Book) throws -> [Line] {
    let text = String(decoding: try readFile(path(book)), as: UTF8.self)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { part in
        String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      return Line(op: parts[0], bytes: parts.count > 1 ? parts[1] : "", text: parts.count > 2 ? parts[2] : "")
    }
  }

  private func write(_ ops: [String], _ codes: [[UInt8]], _ data: Set<String>, _ book: Book) throws {
    let instructions = zip(ops, codes).map { op, code in data.contains(op) ? [] : code }
    let readings = try Disassembler.disassemble(instructions, for: book.target.architecture)
    var text = """
      # What each op becomes on \(book.name): op | bytes | llvm-objdump's reading, instructions parted by semicolons.
      # Flags that an op asks for are left by the op named before it. Labels lie directly behind.
      # Made by: EJIT_UPDATE_LISTINGS=1 swift test --filter ListingTests

      """
    for index in ops.indices {
      let reading = data.contains(ops[index]) ? ListingTests.data : joined(readings[index])
      text += "\(ops[index]) | \(hexBytes(codes[index])) | \(reading)\n"
    }
    let bytes = [UInt8](text.utf8)
    let status = ejit_write_file(path(book), bytes, bytes.count, 0o644)
    #expect(status == 0)
  }

  private func joined(_ reading: [DisassembledInstruction]?) -> String {
    reading.map { $0.map(\.text).joined(separator: "; ") } ?? "no instructions"
  }

  private func parse(_ bytes: String) throws -> [UInt8] {
    try bytes.split(separator: " ").map { try #require(UInt8($0, radix: 16)) }
  }
}
