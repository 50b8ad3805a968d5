import CFuzzMain
import EjitVM
import FuzzInput
import VMPrograms
import VMReference

/// Any bytes are a module or an error that points into them, in both forms. Any module is refused, or its forms give it
/// back and executing it never finds what the verifier rules out.
///
/// Binary modules begin with a zero byte, text with another one below 0x80. Bytes from 0x80 on are the code of a
/// function, from 0xC0 on damages to a bundled program: to its binary form, from 0xE0 on to its text.
@c(LLVMFuzzerTestOneInput)
public func fuzzVMLoad(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var source = FuzzBytes(bytes, count)
  let sort = source.byte()
  if sort < 0x80 {
    let input = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    if sort == 0 { check(binary: input) } else { check(text: input) }
  } else if sort < 0xC0 {
    check(Module(from: &source))
  } else {
    let programs = BundledProgram.all
    let program = programs[Int(sort) % programs.count]
    let isText = sort >= 0xE0
    var form = isText ? program.text : binaryForms[Int(sort) % programs.count]
    for _ in 0...Int(source.byte() & 3) { form.damage(from: &source) }
    if isText { check(text: form) } else { check(binary: form) }
  }
  return 0
}

private let binaryForms: [[UInt8]] = BundledProgram.all.map { program in
  guard let bytes = try? Module(text: program.text).encode() else {
    preconditionFailure("a bundled program is refused")
  }
  return bytes
}

private func check(binary bytes: [UInt8]) {
  do throws(ModuleError) {
    let module = try Module(bytes: bytes)
    let own = try module.encode()
    precondition(own == bytes, "its own bytes are others")
    check(module)
  } catch {
    precondition(0...bytes.count ~= error.offset, "the error points outside of the bytes")
    fuzz_count(0, 0)
  }
}

private func check(text: [UInt8]) {
  let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
  do throws(AssemblyError) {
    check(try Module(text: text))
  } catch {
    precondition(1...lines.count ~= error.line, "the error points outside of the text")
    precondition(1...lines[error.line - 1].count + 1 ~= error.column, "the error points outside of its line")
    fuzz_count(0, 0)
  }
}

private func check(_ module: Module) {
  do throws(VerifyError) {
    let verified = try module.verify()
    guard let again = try? Module(text: verified.text) else { preconditionFailure("its own text is refused") }
    precondition(again == module, "its own text says something else")
    guard let bytes = try? module.encode(), let decoded = try? Module(bytes: bytes) else {
      preconditionFailure("its own bytes are refused")
    }
    precondition(decoded == module, "its own bytes say something else")
    execute(verified)
  } catch {
    precondition(!error.message.isEmpty)
    if let name = error.function, let function = module.functions.first(where: { $0.name == name }) {
      precondition(0...function.code.count ~= error.offset, "the error points outside of the code")
    }
    fuzz_count(0, 0)
  }
}

/// The reference machine ends the process where it finds no value to take or a local that is not set.
private func execute(_ module: VerifiedModule) {
  let arguments: [ReferenceValue] = [.int(3), .float(-0.5), .string([0x61]), .bool(true), .nil, .int(-1)]
  for (number, function) in module.module.functions.prefix(4).enumerated() {
    if function.arguments > 100 || function.locals > 10_000 { continue }
    var machine = ReferenceMachine(module)
    (machine.depthLimit, machine.fuel, machine.elementLimit) = (50, 3000, 1000)
    let values = (0..<function.arguments).map { arguments[($0 + number) % arguments.count] }
    _ = machine.call(number, values)
    fuzz_count(UInt64(3000 - machine.fuel), number == 0 ? 1 : 0)
  }
}
