import Ejit

/// Why a text is no program: what was expected at which place.
public struct ParseError: Error, Equatable, Sendable {
  /// Where.
  public let position: SourcePosition
  /// What should have stood there.
  public let expected: Expected

  /// What the grammar expects.
  public enum Expected: Equatable, Sendable {
    case statement
    case operand(OperandKind)
    case comma(before: OperandKind)
    case integer(from: Int64, to: UInt64)
    case character(UInt8)
    case endOfLine
    case widthSuffix
    case noWidthSuffix(Mnemonic)
    case baseRegister
    case displacement
    case labelName
    case newLabelName
    case unnamedLabelNumber
    case functionName
    case resultKind
    case externName
    case declaredExtern(Name)
    case argument
    case closingQuote
    case escape
    case comparison
    case result
    case integerResult
    case number
    case hexByte
    case outputArgument
    case outputBytes(Int)
    case knownFunction(Name)
    case errorKind
    case instructionOnLine
    case architecture
    case functionAbove
  }

  /// The line of the text.
  public var line: Int { position.line }
  /// The column, in bytes.
  public var column: Int { position.column }
  /// `expected …`.
  public var message: String { "expected \(expected.text)" }

  /// `FILE:LINE:COLUMN: error: expected …`.
  public func rendered(file: String) -> String { position.rendered(file: file, message: message) }
}

extension ParseError.Expected {
  /// The words behind "expected".
  var text: String {
    switch self {
    case .statement: "an instruction, `name:`, `function`, `label` or `extern`"
    case .operand(let kind): kind.text
    case .comma(let kind): "`,` and \(kind.text)"
    case .integer(let low, let high): "an integer from \(low) to \(high)"
    case .character(let byte): "`\(String(decoding: [byte], as: UTF8.self))`"
    case .endOfLine: "the end of the line or a comment"
    case .widthSuffix: "`.w`"
    case .noWidthSuffix(let mnemonic): "`\(mnemonic.name)` without `.w`: it has no 32-bit form"
    case .baseRegister: "a base register or an absolute address"
    case .displacement: "an index register or a displacement from \(Int32.min) to \(Int32.max)"
    case .labelName: "the name of a label, or `L` and a number from 0 to \(UInt32.max)"
    case .newLabelName: "a new name for a label; it has been used before, or is `L` with digits"
    case .unnamedLabelNumber: "`L` and a number from 0 to \(UInt32.max) that has no other name"
    case .functionName: "the name of a function"
    case .resultKind: "`f64` or `f32`"
    case .externName: "the name of a C function, other than `L` with digits"
    case .declaredExtern(let name): "the name of an extern; `extern \(name)` would declare it"
    case .argument: "an integer, a floating-point number, a string in quotes or `out` and a number of bytes"
    case .closingQuote: "`\"`"
    case .escape: "one of `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, `\\\"` or `\\x` and two hexadecimal digits"
    case .comparison: "`==`, `==f` or `=>`"
    case .result: "an integer from \(Int64.min) to \(UInt64.max), or a floating-point number"
    case .integerResult: "an integer: this function has no `-> f64` or `-> f32`"
    case .number: "a floating-point number in decimal, `inf` or `nan`"
    case .hexByte: "bytes of two hexadecimal digits"
    case .outputArgument: "an argument `out` for `=>` to compare"
    case .outputBytes(let count): "\(count) bytes, as many as `out` gives"
    case .knownFunction(let name): "the name of a function of this file, not `\(name)`"
    case .errorKind: "`any` or a kind of error (\(EjitError.Kind.list))"
    case .instructionOnLine: "an instruction on the line of this directive"
    case .architecture: "`x86-64:` or `aarch64:`"
    case .functionAbove: "a function above this directive"
    }
  }
}

extension OperandKind {
  /// What messages call an operand of this kind.
  var text: String {
    switch self {
    case .register: "a register (r0 to r63, arg0, res0, saved0, tmp0, … to 15, or sp)"
    case .immediate: "an integer from \(Int64.min) to \(UInt64.max)"
    case .pointer: "an integer from \(Int64.min) to \(UInt64.max) or the name of an extern"
    case .count: "an integer from 0 to \(UInt8.max)"
    case .int32: "an integer from \(Int32.min) to \(Int32.max)"
    case .uint32: "an integer from 0 to \(UInt32.max)"
    case .label: "a label"
    case .condition: "a condition (\(Condition.list))"
    case .memoryType: "a memory type (\(MemoryType.list))"
    case .signedness: "`signed` or `unsigned`"
    case .shift: "`shl`, `shr` or `sar`"
    case .address: "an address, `[base + index << shift + displacement]` or `[absolute]`"
    case .memory: "a place in memory, `[base + displacement]`"
    case .registers: "`saving {…}`"
    case .savedVectors: "`vectors` and an integer from 0 to \(UInt8.max)"
    case .registerList: "registers, `{…}`"
    case .outcome: "`less`, `equal` or `greater`"
    case .memoryOperation: "an operation (\(MemoryOperation.list))"
    case .prefetchAccess: "`read` or `write`"
    case .cacheLevel: "a cache level (\(CacheLevel.list))"
    case .memoryOrder: "a memory order (\(MemoryOrder.list))"
    case .atomicOperation: "an atomic operation (\(AtomicOperation.list))"
    case .codeSection: "`hot` or `cold`"
    case .dataType: "a data type (\(DataType.list))"
    case .datum: "a number: of f32 and f64 in decimal, `inf`, `nan` or the bits behind `0x`"
    case .vector: "a floating-point register (v0 to v63, farg0, fres0, fsaved0, ftmp0, … to 15)"
    case .floatCondition: "a condition of floats (\(FloatCondition.list))"
    case .rounding: "a rounding (\(Rounding.list))"
    case .floatType: "`f64` or `f32`"
    }
  }
}
