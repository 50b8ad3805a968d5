import Ejit

/// What runs programs.
enum Engine: String, CaseIterable {
  /// Machine code of this machine.
  case native
  case interpreter
  case x86_64 = "x86-64"
  case aarch64

  init(named name: String) throws(Failure) {
    guard let engine = Engine(rawValue: name) else {
      let names = Engine.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure.usage("there is no engine \(name); there are \(names)")
    }
    self = engine
  }

  /// Where a program runs.
  enum Place {
    /// In this process, as machine code.
    case machine
    /// In this process, interpreted.
    case interpreter
    /// Under an emulator, as machine code for AArch64.
    case emulator
  }

  /// Where this engine runs programs on this machine.
  func place() throws(Failure) -> Place {
    switch (self, Target.host.architecture) {
    case (.interpreter, _): return .interpreter
    case (.native, _), (.x86_64, .x86_64), (.aarch64, .aarch64):
      guard Executable.isSupported else {
        throw Failure("ejit: error: this process may not make executable memory", .cannotRun)
      }
      return .machine
    case (.aarch64, .x86_64): return .emulator
    case (.x86_64, .aarch64):
      throw Failure("ejit: error: x86-64 code cannot run on this machine", .cannotRun)
    }
  }
}

extension Engine.Place {
  /// The machine whose registers a program sees.
  var target: Target {
    switch self {
    case .machine, .interpreter: .host
    case .emulator: .aarch64
    }
  }
}
