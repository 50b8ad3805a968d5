import Foundation
import Testing

/// The tool, run as its users run it.
struct ToolProcess {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `ejit` with these arguments. That it is not ended by a signal is checked here, for all tests.
  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = ToolProcess.path
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    (output, errors) = try Folder.with { folder in
      let (out, err) = try (folder.handle("out"), folder.handle("err"))
      process.standardOutput = out
      process.standardError = err
      try process.run()
      process.waitUntilExit()
      return try (folder.text("out"), folder.text("err"))
    }
    status = process.terminationStatus
    #expect(process.terminationReason == .exit, "ejit \(arguments.joined(separator: " "))")
  }

  init(_ arguments: String..., environment: [String: String] = [:]) throws {
    try self.init(arguments, environment: environment)
  }

  /// Checks everything that the process told.
  func expect(
    _ status: Int32, output: String, errors: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.status == status, sourceLocation: sourceLocation)
    #expect(self.output == output, sourceLocation: sourceLocation)
    #expect(self.errors == errors, sourceLocation: sourceLocation)
  }

  /// Beside the bundle of the tests.
  private static let path: URL = {
    let manager = FileManager.default
    let bundles = [Bundle.main.bundlePath] + ProcessInfo.processInfo.arguments
    for bundle in bundles.map({ URL(fileURLWithPath: $0) }) {
      for folder in [bundle, bundle.deletingLastPathComponent()] {
        let tool = folder.appendingPathComponent("ejit")
        var isFolder: ObjCBool = false
        let exists = manager.fileExists(atPath: tool.path, isDirectory: &isFolder)
        if exists, !isFolder.boolValue, manager.isExecutableFile(atPath: tool.path) { return tool }
      }
    }
    return URL(fileURLWithPath: "ejit")
  }()
}

/// A temporary folder.
struct Folder {
  private let url: URL

  static func with<R>(_ body: (Folder) throws -> R) throws -> R {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("ejit-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(Folder(url: url))
  }

  var path: String { url.path }
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

  /// Writes a file, and the folders that it lies in, and returns its path.
  @discardableResult func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  @discardableResult func write(_ data: Data, to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
    return file.path
  }

  func handle(_ name: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(fileURLWithPath: write("", to: name)))
  }
}

/// What tests need and a machine may lack. Says once what is missing.
enum Available {
  static let emulator = program("qemu-aarch64-static") || program("qemu-aarch64", elseSkips: "runs of AArch64 code")
  static let disassembler = program("llvm-objdump", elseSkips: "disassembly")
  static let checksums = program("sha256sum", elseSkips: "digests of large files")
  static let crossCompiler = program("aarch64-linux-gnu-gcc", elseSkips: "the AArch64 runner")

  /// The engines that run here.
  static let engines = ["native", "interpreter"] + (emulator ? ["aarch64"] : [])

  static func path(of program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func program(_ name: String, elseSkips what: String? = nil) -> Bool {
    if path(of: name) != nil { return true }
    if let what { print("no \(name) here: tests of \(what) are skipped") }
    return false
  }
}

/// Files of the repository.
enum Repository {
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  static let programs = tests.appendingPathComponent("Programs").path
  static let printf = tests.appendingPathComponent("ExternPrograms/printf.ejit").path
  static let externs = tests.appendingPathComponent("ExternPrograms/externs.ejit").path

  static func program(_ name: String) -> String { "\(programs)/\(name).ejit" }
}
