import Foundation
import Testing

@testable import EjitImage

/// Whether the start stub can be assembled again; says so where not.
private let hasAssembler: Bool = {
  let found = (try? run(["clang", "--version"])) == 0
  if !found { print("no clang here: the start stub is not assembled again") }
  return found
}()

private func run(_ arguments: [String]) throws -> Int32 {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  return process.terminationStatus
}

/// The table of the start stub against its own comments, which are its assembler source.
@Suite(.enabled(if: hasAssembler)) struct StubTests {
  @Test func theWordsAreWhatClangAssembles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (text, object) = (folder.appendingPathComponent("stub.s"), folder.appendingPathComponent("stub.o"))
    try source().write(to: text, atomically: true, encoding: .utf8)
    let status = try run(["clang", "--target=aarch64-linux-gnu", "-c", text.path, "-o", object.path])
    try #require(status == 0)
    #expect(try section(".text", of: Data(contentsOf: object)) == ImageStub.words)
  }

  @Test func theHandlerStandsAtItsLabel() throws {
    let lines = try source().split(separator: "\n")
    let handler = try #require(lines.firstIndex { $0.hasPrefix("handler:") })
    #expect(lines[..<handler].count { !$0.prefix { $0 != "/" }.contains(":") } == ImageStub.handler)
  }

  /// What stands behind `//` in the lines of the table.
  private func source() throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = tests.appendingPathComponent("../../Sources/EjitImage/ImageStub.swift").standardizedFileURL
    let text = try String(contentsOf: file, encoding: .utf8)
    let table = try #require(text.range(of: "words: [UInt32] = [\n")).upperBound
    let rows = text[table...].split(separator: "\n").prefix { $0 != "  ]" }
    return try rows.map { row in String(row[try #require(row.range(of: "// ")).upperBound...]) + "\n" }.joined()
  }

  /// The 32-bit words of a section of an ELF object. System V ABI, chapter 4: section header table.
  private func section(_ name: String, of object: Data) throws -> [UInt32] {
    func number<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> Int {
      object.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }
    let headers = number(40, UInt64.self)
    func header(_ index: Int) -> Int { headers + 64 * index }
    let names = number(header(number(62, UInt16.self)) + 24, UInt64.self)
    for index in 0..<number(60, UInt16.self) {
      let start = names + number(header(index), UInt32.self)
      guard object[start...].prefix(while: { $0 != 0 }).elementsEqual(name.utf8) else { continue }
      let offset = number(header(index) + 24, UInt64.self)
      let count = number(header(index) + 32, UInt64.self)
      return stride(from: offset, to: offset + count, by: 4).map { UInt32(number($0, UInt32.self)) }
    }
    return []
  }
}
