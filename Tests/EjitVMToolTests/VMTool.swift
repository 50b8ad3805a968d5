import Foundation
import Testing

/// `ejit-vm`, run as its users run it.
struct VMTool {
  let status: Int32
  let output: String
  let errors: String
  /// Of the process.
  let identifier: Int32

  /// Runs the tool with these arguments, in `folder`. That it is not ended by a signal is checked here, for all tests.
  init(_ arguments: [String], in folder: Folder) throws {
    let process = Process()
    process.executableURL = VMTool.path
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (try folder.handle("stdout"), try folder.handle("stderr"))
    process.standardOutput = out
    process.standardError = err
    try process.run()
    process.waitUntilExit()
    (output, errors) = (try folder.text("stdout"), try folder.text("stderr"))
    (status, identifier) = (process.terminationStatus, process.processIdentifier)
    #expect(process.terminationReason == .exit, "ejit-vm \(arguments.joined(separator: " "))")
  }

  init(_ arguments: String..., in folder: Folder) throws { try self.init(arguments, in: folder) }

  /// Checks everything that the process told.
  func expect(
    _ status: Int32, output: String = "", errors: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, sourceLocation: sourceLocation)
    #expect(self.output == output, sourceLocation: sourceLocation)
    #expect(self.errors == errors, sourceLocation: sourceLocation)
  }

  /// Beside the bundle of the tests.
  private static let path: URL = {
    let bundles = [Bundle.main.bundlePath] + ProcessInfo.processInfo.arguments
    for bundle in bundles.map({ URL(fileURLWithPath: $0) }) {
      for folder in [bundle, bundle.deletingLastPathComponent()] {
        let tool = folder.appendingPathComponent("ejit-vm")
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: tool.path, isDirectory: &isFolder), !isFolder.boolValue {
          return tool
        }
      }
    }
    return URL(fileURLWithPath: "ejit-vm")
  }()
}

/// A temporary folder.
struct Folder {
  let url: URL

  static func with<R>(_ body: (Folder) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("ejit-vm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(Folder(url: url))
  }

  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }
  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }
  func write(_ data: Data, to name: String) throws { try data.write(to: url.appendingPathComponent(name)) }

  func handle(_ name: String) throws -> FileHandle {
    try write(Data(), to: name)
    return try FileHandle(forWritingTo: url.appendingPathComponent(name))
  }
}
