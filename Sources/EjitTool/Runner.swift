import CEjitShims

/// The AArch64 runner: a program for AArch64 that understands the command lines of this tool and has C functions, which
/// the images that this tool writes itself have not.
struct Runner {
  private let command: [String]

  /// The program that EJIT_AARCH64_RUNNER names, run under qemu-aarch64.
  ///
  /// - Parameter file: whose program needs it, for the message.
  init(for file: String) throws(Failure) {
    guard let path = ejit_environment("EJIT_AARCH64_RUNNER"), path.pointee != 0 else {
      throw Failure(
        "ejit: error: \(file) uses extern: on this machine aarch64 needs the AArch64 runner; "
          + "EJIT_AARCH64_RUNNER must hold its path", .cannotRun)
    }
    command = [try Runner.emulator(), String(cString: path)]
  }

  /// The path of the emulator.
  static func emulator() throws(Failure) -> String {
    guard let path = Files.executable("qemu-aarch64-static") ?? Files.executable("qemu-aarch64") else {
      throw Failure("ejit: error: neither qemu-aarch64-static nor qemu-aarch64 is in PATH", .cannotRun)
    }
    return path
  }

  /// Runs a command line of this tool there, with the engine that is native there. Its standard error is ours.
  func run(_ arguments: [String]) throws(Failure) -> Subprocess {
    guard let process = Subprocess(command + arguments + ["--engine", "native"]) else {
      throw Failure("ejit: error: the AArch64 runner \(command[1]) cannot be run", .cannotRun)
    }
    return process
  }
}
