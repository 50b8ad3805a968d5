import CEjitShims
import Ejit
import TestSupport
import Testing

/// Whether code of `machine` can be executed here. Where not, says so; in CI that is a failure.
func isAvailable(_ machine: TestMachine) -> Bool {
  guard let obstacle = machine.obstacle else { return true }
  skip("\(machine): \(obstacle)")
  return false
}

/// Whether the toolchain's disassembler and assembler are here. Where not, says so; in CI that is a failure.
func hasTools(_ tools: Tool...) -> Bool {
  guard let missing = tools.first(where: { $0.path == nil }) else { return true }
  skip("no \(missing.rawValue)")
  return false
}

private func skip(_ reason: String) {
  if ejit_environment("CI") == nil {
    print("skipped: \(reason)")
  } else {
    Issue.record("not to be skipped in CI: \(reason)")
  }
}

/// What `body` throws, if it throws.
func refusal(_ body: () throws(EjitError) -> Void) -> EjitError? {
  do throws(EjitError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// Bytes as two hexadecimal digits each.
func hexBytes(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
