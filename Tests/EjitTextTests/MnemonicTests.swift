import Ejit
import EjitText
import Foundation
import Testing

/// The ops as the source of the IR declares them: the list that the table of the text form is held against.
private struct Declaration {
  var name: String
  var types: [String]

  static func all() throws -> [Declaration] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let source = try String(contentsOf: root.appending(path: "Sources/Ejit/IR/Instruction.swift"), encoding: .utf8)
    let lines = source.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
    let text = lines.joined(separator: " ")
    return text.matches(of: /\bcase (\w+)(\(.*?\)(?= (?:case|\})))?/).map { match in
      let payload = (match.2 ?? "()").dropFirst().dropLast()
      let types = payload.split(separator: ",").map { field in
        field.split(separator: ":")[1].split(separator: "=")[0].filter { $0 != " " }
      }
      return Declaration(name: String(match.1), types: types)
    }
  }

  /// What a field is in the text form.
  static let kinds: [String: OperandKind] = [
    "Register": .register, "Immediate": .immediate, "Imm64": .immediate, "UInt8": .count, "Int32": .int32,
    "UInt32": .uint32, "Label": .label, "Condition": .condition, "MemoryType": .memoryType,
    "Signedness": .signedness, "Shift": .shift, "Address": .address, "RegisterSet": .registers,
    "Displacement": .int32,
  ]

  /// The kinds of the operands: the fields without the width, base and displacement as one.
  var operands: [OperandKind?] {
    var kinds: [OperandKind?] = []
    for type in types where type != "Width" {
      if type == "Displacement", kinds.last == .register { kinds.removeLast() }
      let isMemory = type == "Displacement" && !kinds.contains(.memory)
      let kind = isMemory ? .memory : Declaration.kinds[type]
      kinds.append(["movi", "call"].contains(name) && kind == .immediate ? .pointer : kind)
    }
    return kinds
  }
}

@Suite struct MnemonicTests {
  @Test func listEveryOpOfTheIR() throws {
    let declared = try Declaration.all()
    #expect(declared.count > 100)
    #expect(Set(declared.map(\.name)) == Set(Mnemonic.allCases.map { "\($0.name)" }))
    #expect(declared.count == Mnemonic.allCases.count)
  }

  @Test func takeOperandsInTheOrderOfThePayload() throws {
    var differing: [String] = []
    for declared in try Declaration.all() {
      let mnemonic = Mnemonic(Name(declared.name.utf8))
      let isSame = mnemonic?.operands == declared.operands && mnemonic?.hasWidth == declared.types.contains("Width")
      if !isSame { differing.append(declared.name) }
    }
    #expect(differing == [])
  }

  /// The case that is built is the one that is named, and taking it apart gives the name and the operands back.
  @Test func nameTheCaseThatTheyBuild() {
    var differing: [Mnemonic] = []
    var operands = RandomOperands(random: SplitMix64(1))
    for mnemonic in Mnemonic.allCases {
      let instruction = Instruction(mnemonic, from: &operands)
      let statement = Statement(instruction)
      let name = "\(instruction)".prefix { $0 != "(" }
      let isSame =
        name == "\(mnemonic.name)" && statement.mnemonic == mnemonic
        && statement.operands.map(\.kind) == mnemonic.operands && (statement.width != nil) == mnemonic.hasWidth
        && Instruction(statement) == instruction
      if !isSame { differing.append(mnemonic) }
    }
    #expect(differing == [])
  }

  @Test func refuseOperandsThatDoNotFit() {
    let misfits: [Statement] = [
      Statement(.ret, operands: [.count(1)]),
      Statement(.ret, width: .w32, operands: []),
      Statement(.add, width: .w64, operands: [.register(.sp), .register(.sp)]),
      Statement(.add, width: .w64, operands: [.register(.sp), .register(.sp), .immediate(1)]),
    ]
    #expect(misfits.allSatisfy { Instruction($0) == nil })
    #expect(Mnemonic("ADD") == nil)
  }
}
