import Ejit

let usage = """
  usage: ejit-bench [emit] [publish] [--res | --json]
    emit     lowering, building and emitting the instruction streams S1, S2, S3
    publish  20,000 small functions (S4) through an arena, and one function with pages of its own
    --res    lines `RES tool metric value`; --json: an array of objects
    RES lines of other tools on standard input are put beside the own ones with --with-peers
  """

var format = Report.Format.table
var report = Report()
var wanted: [String] = []
for argument in CommandLine.arguments.dropFirst() {
  switch argument {
  case "--res": format = .res
  case "--json": format = .json
  case "--with-peers": while let line = readLine() { report.add(lines: line) }
  case "emit", "publish": wanted.append(argument)
  case "--help", "-h":
    print(usage)
    exit(0)
  default:
    fail("unknown argument \(argument)\n\(usage)")
  }
}
if wanted.isEmpty { wanted = ["emit", "publish"] }
do throws(EjitError) {
  if wanted.contains("emit") { try EmitBenchmark().run(&report) }
  if wanted.contains("publish") { try PublishBenchmark().run(&report) }
} catch {
  fail("\(error.kind), instruction \(error.instruction ?? -1), detail \(error.detail)")
}
report.print(format)
