import Foundation
import Testing

/// The interpreter's loop is what its script prints.
@Suite struct GeneratedLoopTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let perl = ["/usr/bin/perl", "/usr/local/bin/perl", "/opt/homebrew/bin/perl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
  static let isCI = ProcessInfo.processInfo.environment["CI"] != nil

  @Test(.enabled(if: perl != nil || isCI, "there is no perl")) func isUpToDate() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.perl))
    process.arguments = [".ci/interpreter-loop", "switch"]
    process.currentDirectoryURL = Self.root
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let printed = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let path = "Sources/EjitVM/Interpreter/InterpreterLoop.swift"
    #expect(try Data(contentsOf: Self.root.appendingPathComponent(path)) == printed)
  }
}
