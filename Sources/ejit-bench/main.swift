import Ejit

let usage = """
  usage: ejit-bench [emit] [publish] [--res | --json]
           ejit-bench verify [--target x86-64|aarch64] [--slice K/N]
           ejit-bench floats [--target x86-64|aarch64] [--count N]
           ejit-bench vm [--counters] [--rounds N] [--small] [--peers DIR] [--res | --json]
           ejit-bench memory [--count N]
    emit     lowering, building and emitting the instruction streams S1, S2, S3
    publish  20,000 small functions (S4) through an arena, and one function with pages of its own
    verify   what every op becomes, read by LLVM, against what it says; --slice: the K-th part of N
    floats   what every op on numbers computes, against what it is defined as: N random operands an op (10,000,000)
             on this machine, a tenth of it on AArch64 under qemu
    vm       thirteen programs in the bytecode interpreter and with its JIT, beside luajit and gcc -O2 where they and
             DIR (../shared/peers/vm) are: milliseconds of processor time, N (5) interleaved runs each; --small: in a
             second, without the others; and how fast ints are again after other types; --counters: what counting
             calls and loops costs the interpreter instead
    memory   what the process holds in memory while the bytecode machine makes N (10,000,000) strings in each tier, and
             compiles, leaves and retires code N / 100 times: exit status 1 if it grows
    --res    lines `RES tool metric value`; --json: an array of objects
    RES lines of other tools on standard input are put beside the own ones with --with-peers
  """

var format = Report.Format.table
var report = Report()
var wanted: [String] = []
var verify = Verify()
var floats = Floats()
var vm = VMBenchmark()
var countersOnly = false
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--res": format = .res
  case "--json": format = .json
  case "--with-peers": while let line = readLine() { report.add(lines: line) }
  case "emit", "publish", "verify", "floats", "vm", "memory": wanted.append(argument)
  case "--target": if !verify.take(target: arguments.popFirst() ?? "") { fail("--target x86-64 or aarch64") }
  case "--slice": if !verify.take(slice: arguments.popFirst() ?? "") { fail("--slice K/N, K in 1 … N") }
  case "--count": if !floats.take(count: arguments.popFirst() ?? "") { fail("--count N, N at least 1") }
  case "--rounds": if !vm.take(rounds: arguments.popFirst() ?? "") { fail("--rounds N, N at least 1") }
  case "--small": vm.isSmall = true
  case "--counters": countersOnly = true
  case "--peers":
    guard let folder = arguments.popFirst() else { fail("--peers DIR") }
    vm.peerFolder = folder
  case "--help", "-h":
    put(usage)
    exit(0)
  default:
    fail("unknown argument \(argument)\n\(usage)")
  }
}
if wanted.contains("verify") { exit(verify.run() ? 0 : 1) }
if wanted.contains("floats") { exit(floats.run(on: verify.targets) ? 0 : 1) }
if wanted.contains("memory") { exit(VMMemory(count: floats.count).run() ? 0 : 1) }
if wanted.contains("vm") {
  if countersOnly {
    let line = VMCounters.measure(rounds: vm.rounds, isSmall: vm.isSmall, &report)
    report.print(format)
    if format != .json { put(line) }
    exit(0)
  }
  let isRight = vm.run(&report)
  let comeback = VMComeback.measure(rounds: vm.rounds, isSmall: vm.isSmall, &report)
  report.print(format)
  if format != .json {
    put(comeback)
    put(vm.summary)
  }
  exit(isRight ? 0 : 1)
}
if wanted.isEmpty { wanted = ["emit", "publish"] }
do throws(EjitError) {
  if wanted.contains("emit") { try EmitBenchmark().run(&report) }
  if wanted.contains("publish") { try PublishBenchmark().run(&report) }
} catch {
  fail("\(error.kind), instruction \(error.instruction ?? -1), detail \(error.detail)")
}
report.print(format)
