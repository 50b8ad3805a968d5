import EjitText

@testable import Ejit

/// A table as Markdown writes it.
struct Table {
  private(set) var text = ""

  init(_ columns: String...) {
    add(columns)
    add(columns.map { _ in "---" })
  }

  mutating func add(_ cells: [String]) {
    text += "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
  }
}

/// The blocks of the README that say what the code says.
enum Tables {
  /// The conventions that differ in their registers: those of AArch64 have the same ones.
  private static let conventions = [ABI.sysV, .win64, .aapcs64]

  /// Which register each number is, and its roles.
  static func registers() -> String {
    var table = Table("number", "System V", "Windows", "AAPCS64")
    for number in 0...30 {
      let cells = conventions.map { cell(number, $0) }
      if cells.contains(where: { !$0.isEmpty }) { table.add(["\(number)"] + cells) }
    }
    return table.text
  }

  /// The numbers of the floating-point registers in each role.
  static func vectors() -> String {
    var table = Table("role", "System V", "Windows", "AAPCS64")
    let roles: [(name: String, register: (Int) -> VectorRegister)] = [
      ("farg", VectorRegister.argument), ("fres", VectorRegister.result), ("fsaved", VectorRegister.saved),
      ("ftmp", VectorRegister.temporary),
    ]
    for role in roles {
      let cells = conventions.map { abi in
        let numbers = (0..<16).compactMap { abi.number(ofVector: role.register($0)) }
        return numbers.isEmpty ? "none" : "`v\(numbers[0])` … `v\(numbers[numbers.count - 1])`"
      }
      table.add(["`\(role.name)0` …"] + cells)
    }
    return table.text
  }

  private static func cell(_ number: Int, _ abi: ABI) -> String {
    guard abi.numbers.contains(number) else { return "" }
    return (["`\(name(of: abi.hardware[number], abi))`"] + roles(of: number, abi)).joined(separator: " ")
  }

  private static func name(of hardware: UInt8, _ abi: ABI) -> String {
    let names = ["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"]
    if abi.framePointer == 29 { return "x\(hardware)" }
    return hardware < 8 ? names[Int(hardware)] : "r\(hardware)"
  }

  private static func roles(of number: Int, _ abi: ABI) -> [String] {
    typealias Role = (name: String, register: (Int) -> Register)
    let roles: [Role] = [
      ("arg", Register.argument), ("res", Register.result), ("saved", Register.saved), ("tmp", Register.temporary),
    ]
    let named = roles.flatMap { role in
      (0..<16).filter { abi.number(of: role.register($0)) == number }.map { "\(role.name)\($0)" }
    }
    return number == abi.framePointer ? named + ["frame pointer"] : named
  }

  /// The ops between a producer and a consumer of flags that leave the flags alone.
  static func neutral() -> String {
    let names = Instruction.samples.filter { $0.flags == nil }.map { "`\(Statement($0).mnemonic.name)`" }
    return names.joined(separator: " ") + "\n"
  }

  /// Every kind of error with what it means.
  static func errors() throws -> String {
    var table = Table("kind", "meaning")
    let cases = try DocumentedCase.all(in: "Sources/Ejit/EjitError.swift", behind: "  @frozen public enum Kind")
    for error in cases { table.add(["`\(error.name)`", error.comment]) }
    return table.text
  }

  static func limits() -> String {
    var table = Table("limit", "x86-64", "AArch64")
    let targets = [Target.x86_64, .aarch64]
    table.add(["largest frame, `Target.maximumFrame` (bytes)"] + targets.map { _ in "\(Target.maximumFrame)" })
    table.add(["largest program, `maximumCode` (bytes)"] + targets.map { "\($0.maximumCode)" })
    table.add(["entry points, `instructionAlignment` (bytes)"] + targets.map { "\($0.instructionAlignment)" })
    return table.text
  }
}
