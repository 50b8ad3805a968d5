// What follows stands behind the README's example in the main file of another package.
import EjitInterpreter
import EjitText

var passed = 0
var failed = 0
@MainActor func expect(_ condition: Bool, _ what: String) {
  if condition {
    passed += 1
  } else {
    failed += 1
    print(what)
  }
}

expect(sum == 50_005_000, "the example")
for target in [Target.x86_64, .x86_64Windows, .aarch64] {
  for example in OpExample.all {
    var assembler = Assembler(target: target)
    try assembler.assemble(example.program.span)
    expect(assembler.count > 0, "\(example.op) on \(target)")
  }
}
for example in OpExample.all {
  expect(try Program(parsing: Program(example.program).text).instructions == example.program, example.op.text)
}
var machine = try Interpreter(program: [.mul(.result(0), .argument(0), .argument(1)), .ret])
expect(try machine.run(arguments: [6, 7]) == 42, "the reference machine")
expect(try runBytecode() == "50005000", "bytecode")
print("\(passed) passed, \(failed) failed")
