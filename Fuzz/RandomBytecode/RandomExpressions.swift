import EjitVM
import FuzzInput
import VMReference

/// Random expressions on three arguments, in compiled code and in the interpreter: results to the bit, traps with their
/// places.
package enum RandomExpressions {
  static let perModule = 50
  static let callsEach = 20

  /// Evaluates at least so many; the first difference, nil: none.
  package static func difference(_ count: Int, seed: UInt64) -> String? {
    var random = SplitMix(seed)
    for _ in 0..<(count + perModule * callsEach - 1) / (perModule * callsEach) {
      let bytes = (0..<4000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let source = FuzzBytes(bytes, bytes.count)
      var generator = ModuleGenerator(source)
      let module = generator.generateExpressions(perModule)
      let calls = (0..<callsEach).map { _ in
        (0..<3).map { argument($0 == 0 ? 5 : 7 - 2 * Int(random.next() % 2), &random) }
      }
      if let difference = difference(module, calls) { return difference }
    }
    return nil
  }

  private static func difference(_ module: Module, _ calls: [[Value]]) -> String? {
    let interpreted = outcomes(module, calls, .interpreter)
    let compiled = outcomes(module, calls, .jit)
    guard let first = interpreted.indices.first(where: { interpreted[$0] != compiled[$0] }) else { return nil }
    let function = first / calls.count
    let text = (try? module.verify().text) ?? ""
    return """
      \(text)
      e\(function)(\(calls[first % calls.count])): \(interpreted[first]), compiled \(compiled[first])
      """
  }

  private static func outcomes(_ module: Module, _ calls: [[Value]], _ configuration: Configuration) -> [Outcome] {
    guard let machine = try? VM(module, hosts: Hosts.machine, options: configuration.options) else {
      fatalError("a module made to be good is refused")
    }
    var outcomes: [Outcome] = []
    machine.onThread { machine in
      for function in 0..<perModule {
        for arguments in calls {
          do throws(Trap) {
            outcomes.append(Outcome(.success(try machine.call(function, arguments))))
          } catch {
            outcomes.append(.trap(error))
          }
        }
      }
    }
    return outcomes
  }

  private static func argument(_ sort: Int, _ random: inout SplitMix) -> Value {
    let bits = random.next()
    let edges: [Int64] = [.min, .max, -1, 0, 1, 2, 63, 64, 65, .min + 1, .max - 1, 1 << 53, 1 << 53 + 1, 1 << 32, -7]
    let floats: [Double] = [
      0, -0.0, .nan, .infinity, -.infinity, 1, -1, 0.5, 9007199254740992, 9223372036854775808, -9223372036854775808,
      1e300,
    ]
    switch (sort, bits & 3) {
    case (5, 0...1): return .int(edges[Int(bits >> 8) % edges.count])
    case (5, 2): return .int(Int64(truncatingIfNeeded: bits >> 8) >> Int64(bits & 63))
    case (_, 0...1): return .float(floats[Int(bits >> 8) % floats.count])
    case (5, _): return .int(Int64(truncatingIfNeeded: bits >> 8 & 0xFF))
    default: return .float(Double(bitPattern: random.next()))
    }
  }
}
