import TestSupport
import Testing

/// The arrows between folders and modules that the module system does not hold.
@Suite struct LayeringTests {
  private func expectNone(_ text: String, in folder: String, except: [String] = [], suffix: String = ".swift") throws {
    for file in try SourceFile.all(below: folder, suffix: suffix)
    where !except.contains(where: { file.path.contains($0) }) {
      for line in file.lines(with: text) { Issue.record("\(file.path) has \(text): \(line)") }
    }
  }

  @Test func modulesImportWhatTheirLayerMay() throws {
    let allowed: [(folder: String, modules: Set<String>)] = [
      ("Sources/Ejit/IR", []), ("Sources/Ejit/X86_64", []), ("Sources/Ejit/AArch64", []),
      ("Sources/Ejit/Code", ["CEjitShims"]), ("Sources/Ejit/ABI", []),
      ("Sources/Ejit", ["ExecutableMemory", "CEjitShims"]),
      ("Sources/ExecutableMemory", ["CEjitShims", "Synchronization"]), ("Sources/EjitText", ["Ejit"]),
      ("Sources/EjitInterpreter", ["Ejit", "CEjitShims"]), ("Sources/EjitImage", ["CEjitShims"]),
    ]
    for (folder, modules) in allowed {
      for file in try SourceFile.all(below: folder) {
        let others = Set(file.imports).subtracting(modules)
        #expect(others.isEmpty, "\(file.path)")
      }
    }
  }

  @Test func backendsDoNotKnowEachOther() throws {
    try expectNone("AArch64", in: "Sources/Ejit/X86_64")
    try expectNone("aarch64", in: "Sources/Ejit/X86_64")
    try expectNone("X86_64", in: "Sources/Ejit/AArch64")
    try expectNone("x86_64", in: "Sources/Ejit/AArch64")
    for name in ["X86_64", "AArch64", "Emission", "CodeBuffer", "Assembler"] {
      try expectNone(name, in: "Sources/Ejit/IR")
    }
  }

  @Test func noFoundationInLibraries() throws {
    for module in ["Foundation", "Glibc", "Darwin", "ucrt", "Musl"] {
      for file in try SourceFile.all(below: "Sources") { #expect(!file.imports.contains(module), "\(file.path)") }
    }
  }

  @Test func machinesAndSystemsAreToldApartInFewPlaces() throws {
    let places = ["Ejit/Target.swift", "Ejit/Features.swift", "Sources/ExecutableMemory/"]
    for condition in ["#if arch", "#elseif arch", "#if os", "#elseif os", "#if canImport"] {
      for folder in ["Ejit", "ExecutableMemory", "EjitText", "EjitInterpreter", "EjitImage"] {
        try expectNone(condition, in: "Sources/" + folder, except: places)
      }
    }
  }

  @Test func switchesOverOpsListThem() throws {
    for folder in ["Ejit/X86_64", "Ejit/AArch64", "Ejit/Code", "EjitInterpreter"] {
      // CodeAddress reads numbers, not ops.
      try expectNone("default:", in: "Sources/" + folder, except: ["CodeAddress.swift"])
    }
  }

  /// Darwin wants all three rights named for MAP_JIT and grants two at a time; Windows wants them for a section, of
  /// which each view gets two.
  @Test func nothingIsWritableAndExecutable() throws {
    for file in try SourceFile.all(below: "Sources/CEjitShims", suffix: ".c") {
      for line in file.lines(with: "PROT_WRITE") where line.contains("PROT_EXEC") {
        #expect(line.contains("MAP_JIT"), "\(file.path)")
      }
      for line in file.lines(with: "PAGE_EXECUTE_READWRITE") {
        #expect(line.contains("CreateFileMapping"), "\(file.path)")
      }
      #expect(file.lines(with: "PAGE_EXECUTE_WRITECOPY").isEmpty && file.lines(with: "FILE_MAP_ALL_ACCESS").isEmpty)
    }
  }

  @Test func manifestHasNoDependenciesAndNoUnsafeFlags() throws {
    let manifest = try #require(try SourceFile.all(below: ".").first { $0.path.hasSuffix("./Package.swift") })
    #expect(manifest.lines(with: "unsafeFlags").isEmpty && manifest.lines(with: ".package(").isEmpty)
  }
}
