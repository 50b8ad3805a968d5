import Ejit
import EjitText
import Foundation
import Testing

/// The ops as the source of the IR declares them: the list that the table of the text form is held against.
private struct Declaration {
  var name: String
  var fields: [(name: Substring, type: String)]

  static func all() throws -> [Declaration] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let source = try String(contentsOf: root.appending(path: "Sources/Ejit/IR/Instruction.swift"), encoding: .utf8)
    let lines = source.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
    let text = lines.joined(separator: " ")
    return text.matches(of: /\bcase `?(\w+)`?(\(.*?\)(?= (?:case|\})))?/).map { match in
      let payload = (match.2 ?? "()").dropFirst().dropLast()
      let fields = payload.split(separator: ",").map { field in
        let parts = field.split(separator: ":")
        return (parts[0].split(separator: " ").last ?? "", parts[1].split(separator: "=")[0].filter { $0 != " " })
      }
      return Declaration(name: String(match.1), fields: fields)
    }
  }

  /// What a field is in the text form.
  static let kinds: [String: OperandKind] = [
    "Register": .register, "Immediate": .immediate, "Imm64": .immediate, "UInt8": .count, "Int32": .int32,
    "UInt32": .uint32, "Label": .label, "Condition": .condition, "MemoryType": .memoryType,
    "Signedness": .signedness, "Shift": .shift, "Address": .address, "RegisterSet": .registers,
    "Displacement": .int32, "Outcome": .outcome, "MemoryOperation": .memoryOperation, "SiteID": .uint32,
    "MemoryOrder": .memoryOrder, "AtomicOperation": .atomicOperation,
    "PrefetchAccess": .prefetchAccess, "CacheLevel": .cacheLevel, "CodeSection": .codeSection, "DataType": .dataType,
    "VectorRegister": .vector, "FloatCondition": .floatCondition, "Rounding": .rounding, "FloatType": .floatType,
  ]
  /// Where a field of an op is another kind than its type says.
  static let exceptions: [String: [OperandKind: OperandKind]] = [
    "movi": [.immediate: .pointer], "call": [.immediate: .pointer], "tailCall": [.immediate: .pointer],
    "push": [.registers: .registerList], "pop": [.registers: .registerList], "data": [.immediate: .datum],
    "enter": [.count: .savedVectors], "keep": [.registers: .registerList], "fmovi": [.immediate: .datum],
  ]
  var hasWidth: Bool { fields.contains { $0.type == "Width" } }

  /// The kinds of the operands: the fields without the width, base and displacement as one.
  var operands: [OperandKind?] {
    var kinds: [OperandKind?] = []
    for field in fields where field.type != "Width" {
      if field.name == "displacement" {
        kinds[kinds.count - 1] = .memory
      } else if let kind = Declaration.kinds[field.type] {
        kinds.append(Declaration.exceptions[name]?[kind] ?? kind)
      } else {
        kinds.append(nil)
      }
    }
    return kinds
  }
}

@Suite struct MnemonicTests {
  @Test func listEveryOpOfTheIR() throws {
    let declared = try Declaration.all()
    #expect(declared.count > 170)
    #expect(Set(declared.map(\.name)) == Set(Mnemonic.allCases.map { "\($0.name)" }))
    #expect(declared.count == Mnemonic.allCases.count)
  }

  @Test func takeOperandsInTheOrderOfThePayload() throws {
    var differing: [String] = []
    for declared in try Declaration.all() {
      let mnemonic = Mnemonic(Name(declared.name.utf8))
      let isSame = mnemonic?.operands == declared.operands && mnemonic?.hasWidth == declared.hasWidth
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
      Statement(.data, operands: [.dataType(.u8), .datum(1, .u16)]),
      Statement(.push, operands: [.registers([])]),
    ]
    #expect(misfits.allSatisfy { Instruction($0) == nil })
    #expect(Mnemonic("ADD") == nil)
  }
}
