import Ejit
import EjitText

/// `; error:` directives: each names a line that both machines must refuse, for a reason.
enum Refusals {
  static func all(of source: Source) -> [(expected: ExpectedError, position: SourcePosition)] {
    source.program.directives.compactMap { directive in
      guard case .error(let expected) = directive.kind else { return nil }
      return (expected, directive.position)
    }
  }

  static func test(_ source: Source) -> Tally {
    var tally = Tally()
    for (expected, position) in all(of: source) {
      let complaints = [Target.x86_64, .aarch64].compactMap { complaint(expected, source, on: $0) }
      let text = complaints.joined(separator: "; ")
      tally.add(complaints.isEmpty ? nil : position.rendered(file: source.path, message: text))
    }
    return tally
  }

  /// What is wrong with how `target` takes the line, if anything. The other lines that must be refused do nothing.
  private static func complaint(_ expected: ExpectedError, _ source: Source, on target: Target) -> String? {
    let program = source.instructions(source.program.instructions, keeping: expected.instruction)
    let wanted = expected.kind.map { "\($0.name)" } ?? "any error"
    var assembler = Assembler(target: target, features: .baseline)
    do throws(EjitError) {
      try assembler.assemble(program.span)
      return "\(target.architecture.name) does not refuse this, as \(wanted)"
    } catch {
      guard error.instruction == expected.instruction else {
        return source.message(for: error, on: target) + ", instead of \(wanted) here"
      }
      if let kind = expected.kind, kind != error.kind {
        return "\(target.architecture.name) refuses this as \(error.kind.name), not as \(wanted)"
      }
      return nil
    }
  }
}

/// `; bytes` directives: the code of a function.
enum Listings {
  /// A function on a machine, for which there may be several directives.
  struct Key: Hashable {
    let function: Int
    let architecture: Target.Architecture
  }

  /// Each function and machine with all bytes expected of it, in the order of the file.
  static func all(of source: Source) -> [(key: Key, bytes: [UInt8], position: SourcePosition)] {
    var result: [(key: Key, bytes: [UInt8], position: SourcePosition)] = []
    var places: [Key: Int] = [:]
    for directive in source.program.directives {
      guard case .bytes(let part) = directive.kind else { continue }
      let key = Key(function: part.function, architecture: part.architecture)
      if let place = places[key] {
        result[place].bytes += part.bytes
      } else {
        places[key] = result.count
        result.append((key, part.bytes, directive.position))
      }
    }
    return result
  }

  static func test(_ source: Source) -> Tally {
    var tally = Tally()
    for (key, bytes, position) in all(of: source) {
      let text = complaint(key, bytes, source)
      tally.add(text.map { position.rendered(file: source.path, message: $0) })
    }
    return tally
  }

  private static func complaint(_ key: Key, _ expected: [UInt8], _ source: Source) -> String? {
    let name = source.program.functions[key.function].name
    do throws(Failure) {
      let lowered = try Lowered(
        source, source.instructions(source.program.instructions), target: Target(key.architecture), features: .baseline)
      let bytes = Array(lowered.code[lowered.range(ofFunction: key.function)])
      if bytes == expected { return nil }
      let (found, wanted) = (Numbers.hex(bytes, separator: " "), Numbers.hex(expected, separator: " "))
      return "\(name) is \(found), not \(wanted) (\(key.architecture.name))"
    } catch {
      return "\(name) was not lowered: \(error.message)"
    }
  }
}

extension Target {
  /// The machine with the calling convention of Linux.
  init(_ architecture: Architecture) {
    switch architecture {
    case .x86_64: self = .x86_64
    case .aarch64: self = .aarch64
    }
  }
}
