import EjitVM
import Testing

/// What may not be executed, and how the refusal says so.
@Suite struct VerifierTests {
  @Test(
    arguments: [
      ("add\nreturn", "f, offset 0: add: expected 2 values on the stack, found 0"),
      ("const 1\nadd\nreturn", "f, offset 2: add: expected 2 values on the stack, found 1"),
      ("const 1", "f, offset 0: const: expected a jump, return or throw at the end, found the end of the code"),
      ("", "f, offset 0: expected a jump, return or throw at the end, found the end of the code"),
      ("local.get 3\nreturn", "f, offset 0: local.get: expected the number of a local below 3, found 3"),
      (
        "local.get 1\nreturn",
        "f, offset 0: local.get: expected local 1 set on every way here, found a way that does not set it"
      ),
      (
        "local.get 0\njump.if a\nconst 1\nlocal.set 1\na: local.get 1\nreturn",
        "f, offset 11: local.get: expected local 1 set on every way here, found a way that does not set it"
      ),
      (
        "local.get 0\njump.if a\nconst 1\na: nil\nreturn",
        "f, offset 9: nil: expected 0 values on the stack, as on another way here, found 1"
      ),
      ("a: const 1\njump a", "f, offset 0: const: expected 0 values on the stack, as on another way here, found 1"),
      ("nil\ncall g\nreturn", "f, offset 1: call: expected 2 values on the stack, found 1"),
      ("nil\ncall.indirect 1\nreturn", "f, offset 1: call.indirect: expected 2 values on the stack, found 1"),
      ("nil\ncall.host h\nreturn", "f, offset 1: call.host: expected 3 values on the stack, found 1"),
      ("nil\nreturn\nadd", nil),
      ("nil\nreturn\nlocal.get 9\nreturn", "f, offset 2: local.get: expected the number of a local below 3, found 9"),
      ("a: b: nil\nreturn\nhandler a b b", "f, offset 0: expected a range with an instruction, found 0 to 0"),
      // The value thrown lies alone on the stack of the handler.
      ("a: nil\nreturn\nb: return\nhandler a b b", nil),
      (
        "a: nil\nnil\nb: return\nhandler a b b",
        "f, offset 2: return: expected 1 values on the stack, as on another way here, found 2"
      ),
      // Something thrown by the first instruction has not set the local.
      (
        "a: const 1\nlocal.set 1\nb: nil\nreturn\nc: drop\nlocal.get 1\nreturn\nhandler a b c",
        "f, offset 7: local.get: expected local 1 set on every way here, found a way that does not set it"
      ),
      ("const 1\nlocal.set 1\na: nil\nreturn\nc: drop\nlocal.get 1\nreturn\nhandler a c c", nil),
      // Never reached, so nothing is asked of its stack; a handler of it does nothing.
      ("nil\nreturn\na: add\nb: drop\ndrop\njump a\nhandler a b b", nil),
    ] as [(String, String?)]) func function(body: String, message: String?) throws
  {
    let text = ".host h args=3\n.fn f args=1 locals=2\n\(body)\n.fn g args=2\nnil\nreturn"
    #expect(complaint(text) == message)
  }

  @Test func jumpsGoToInstructions() throws {
    var module = try Module(text: ".fn f\na: const 1\ndrop\njump a")
    for target in [1, 4, -1, 8, 100] {
      module.functions[0].code.replaceSubrange(4..., with: distance(target - 8))
      let message = "f, offset 3: jump: expected the offset of an instruction, found \(target)"
      #expect(refusal(module) == message)
    }
    module.functions[0].code.replaceSubrange(4..., with: distance(2 - 8))
    #expect(refusal(module) == "f, offset 2: drop: expected 1 values on the stack, as on another way here, found 0")
  }

  @Test func bytesThatAreNoInstructions() throws {
    var module = try Module(text: ".fn f\nnil\nreturn")
    for (code, message) in [
      ([255], "f, offset 0: expected an instruction, found a byte with which no instruction begins"),
      ([Opcode.constInt.rawValue], "f, offset 0: const: expected an instruction, found the end comes too early"),
      (
        [Opcode.constInt.rawValue, 0x80, 0],
        "f, offset 0: const: expected an instruction, found a number with more bytes than it needs"
      ),
      (
        [Opcode.jump.rawValue, 0],
        "f, offset 0: jump: expected an instruction, found a distance that does not take 4 bytes"
      ),
      (
        [Opcode.switch.rawValue, 0xFF, 0xFF, 0xFF, 0xFF, 0x07],
        "f, offset 0: switch: expected an instruction, found the end comes too early"
      ),
      (
        [Opcode.arrayNew.rawValue, 3], "f, offset 0: array.new: expected an instruction, found a kind that is not known"
      ),
    ] {
      module.functions[0].code = code
      #expect(refusal(module) == message)
    }
  }

  @Test func modules() {
    var module = Module()
    module.constants = [.float(0), .float(0)]
    #expect(refusal(module) == "expected every constant once, found number 1 again")
    module.constants = [.function(0)]
    #expect(refusal(module) == "expected the number of a function below 0, found 0")
    module.constants = []
    module.hosts = [Module.Host(name: "a b", arguments: 0)]
    #expect(refusal(module)?.hasSuffix("found \"a b\"") == true)
    module.hosts = [Module.Host(name: "a", arguments: 30_001)]
    #expect(refusal(module) == "expected at most 30000 arguments, found 30001")
  }

  @Test func framesHaveALimit() {
    #expect(complaint(".fn f locals=29997\nnil\nreturn") == "f, offset 0: expected at most 30000 slots, found 30001")
    #expect(complaint(".fn f locals=29996\nnil\nreturn") == nil)
    #expect(
      complaint(".fn f locals=29994\nconst 1\nconst 2\nreturn")
        == "f, offset 0: expected at most 30000 slots, found 30001")
    #expect(complaint(".fn f locals=70000\nnil\nreturn") == "f, offset 0: expected at most 30000 locals, found 70000")
    let deep = ".fn f\n" + String(repeating: "nil\n", count: 30_001) + "return"
    #expect(complaint(deep) == "f, offset 30000: nil: expected at most 30000 slots, found 30001")
  }

  /// A function whose locals, ways and handlers are many is verified in little time.
  @Test func largeFunctions() throws {
    var text = ".fn f args=1 locals=5000\n"
    for local in 1...5000 { text += "const \(local & 7)\nlocal.set \(local)\n" }
    for local in 1...5000 { text += "l\(local): local.get \(local)\ndrop\nlocal.get 0\njump.if l\(local)\n" }
    for handler in 1...1000 { text += "handler l\(handler) end end\n" }
    text += "nil\nend: return"
    let clock = ContinuousClock()
    let module = try Module(text: text)
    let time = try clock.measure { _ = try module.verify() }
    #expect(time < .seconds(30))
  }

  private func complaint(_ text: String) -> String? {
    guard let module = try? Module(text: text) else { return "cannot be assembled" }
    return refusal(module)
  }

  private func refusal(_ module: Module) -> String? {
    do throws(VerifyError) {
      _ = try module.verify()
      return nil
    } catch {
      return error.message
    }
  }

  private func distance(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (7 * $0)) & 0x7F | ($0 < 3 ? 0x80 : 0) }
  }
}
