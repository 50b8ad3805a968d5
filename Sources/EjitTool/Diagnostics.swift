import Ejit
import EjitImage
import EjitInterpreter
import EjitText

extension EjitError {
  /// The kind and what it means.
  var text: String {
    switch kind {
    case .noSuchRegister: "noSuchRegister: the target has no such register"
    case .stackPointerNotAllowed: "stackPointerNotAllowed: sp may not stand here"
    case .immediateOutOfRange: "immediateOutOfRange: \(Int64(bitPattern: detail)) is not allowed here"
    case .duplicateLabel: "duplicateLabel: this label is bound before"
    case .unboundLabel: "unboundLabel: this label is bound nowhere"
    case .flagsClobbered: "flagsClobbered: no comparison or other producer of flags reaches this"
    case .badCondition: "badCondition: this condition means nothing here"
    case .badOrder: "badOrder: a load cannot release, and a store cannot acquire"
    case .registerConflict: "registerConflict: registers that must differ, or the frame pointer as destination"
    case .missingFeature: "missingFeature: the target lacks a feature that this needs"
    case .outOfReach: "outOfReach: too much code"
    case .badFrame: "badFrame: a frame, call or return out of place, too large, or saving what needs no saving"
    case .unalignedEntry: "unalignedEntry: no instruction begins here"
    case .malformedRun: "malformedRun: operand values without the op that they belong to"
    case .arenaFull: "arenaFull: no executable memory is left"
    case .system: "system: the system gives no executable memory (errno \(detail))"
    }
  }
}

extension Fault {
  /// What ended an interpreted program.
  var text: String {
    let place = "0x" + String(address, radix: 16)
    return switch kind {
    case .unreadable: "was ended: it read at \(place), where it has no memory"
    case .unwritable: "was ended: it wrote at \(place), where it has no memory"
    case .badJump: "was ended: it jumped to \(place), where there is no code"
    case .badReturn: "was ended: it returned to \(place), where nothing called it"
    case .stackOverflow: "was ended: its stack is full"
    case .outOfFuel: "was ended: it took too long"
    case .endOfProgram: "was ended: it ran beyond its last instruction"
    case .executedData: "was ended: it came to data at \(place)"
    case .undefinedResult: "was ended: it divided where the result is undefined"
    case .trap: "was ended by a trap with code \(address)"
    case .unreachable: "was ended: it came to what it says is unreachable"
    case .breakpoint: "was ended by a breakpoint"
    case .callRefused: "was ended: it called \(place), which cannot be called here"
    case .unboundEntry: "was not run: it has no beginning"
    }
  }
}

enum Signals {
  /// What ended a process.
  static func text(_ signal: Int32) -> String {
    let name =
      switch signal {
      case 4: "SIGILL"
      case 5: "SIGTRAP"
      case 6: "SIGABRT"
      case 7: "SIGBUS"
      case 8: "SIGFPE"
      case 9: "SIGKILL"
      case 11: "SIGSEGV"
      case 14: "SIGALRM, it took too long"
      case 15: "SIGTERM"
      case 27: "SIGPROF, it took too long"
      default: "a signal"
      }
    return "was ended by signal \(signal) (\(name))"
  }
}

extension ImageError {
  /// Why an image gave no results.
  var text: String {
    switch self {
    case .noEmulator: "neither qemu-aarch64-static nor qemu-aarch64 is in PATH"
    case .tooLarge: "the code, the buffers or the number of calls are too large for one process"
    case .tooManyArguments: "too many arguments"
    case .badEntry(let address): "there is no code at 0x\(String(address, radix: 16))"
    case .system(let errno): "qemu-aarch64 cannot be run (errno \(errno))"
    case .timedOut: "qemu-aarch64 took too long"
    case .emulator(let exitCode, let signal): "qemu-aarch64 ended with status \(exitCode), signal \(signal)"
    case .badOutput(let count): "qemu-aarch64 wrote \(count) bytes, which is not the size of the results"
    }
  }
}

extension ImageResults.Registers {
  /// The names, for messages.
  var text: String {
    var names: [String] = []
    for number in 8...15 where contains(.d(number)) { names.append("d\(number)") }
    for number in 18...29 where contains(.x(number)) { names.append("x\(number)") }
    if contains(.sp) { names.append("sp") }
    return names.joined(separator: ", ")
  }
}
