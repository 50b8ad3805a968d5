/// Another implementation of the thirteen programs.
struct VMPeer {
  let name: String
  /// Runs a program, named last, and prints `NAME RESULT MILLISECONDS` for each repetition.
  let command: [String]

  /// The peers that can run here. `folder` has their programs; `scratch` is where the C program goes.
  static func all(in folder: String, scratch: String) -> (peers: [VMPeer], missing: [String]) {
    var peers: [VMPeer] = []
    var missing: [String] = []
    if Child.exists("luajit"), Child(["luajit", "-v"]) != nil, isThere("\(folder)/bench.lua") {
      peers.append(VMPeer(name: "luajit", command: ["luajit", "\(folder)/bench.lua"]))
      peers.append(VMPeer(name: "luajit -joff", command: ["luajit", "-joff", "\(folder)/bench.lua"]))
    } else {
      missing.append("luajit, or \(folder)/bench.lua")
    }
    let compile = ["gcc", "-O2", "-w", "-o", scratch, "\(folder)/bench.c", "-lm"]
    if isThere("\(folder)/bench.c"), Child(compile) != nil {
      peers.append(VMPeer(name: "gcc -O2", command: [scratch]))
    } else {
      missing.append("gcc, or \(folder)/bench.c")
    }
    return (peers, missing)
  }

  private static func isThere(_ path: String) -> Bool { Child(["test", "-r", path]) != nil }

  /// One run of a program, of as few repetitions as the peer makes: each one's result and nanoseconds.
  func run(_ program: String) -> [(result: String, nanoseconds: Double)]? {
    guard let child = Child(command + [program, "0"]) else { return nil }
    return child.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, words[0] == program, let milliseconds = Double(words[2]) else { return nil }
      return (String(words[1]), milliseconds * 1_000_000)
    }
  }
}
