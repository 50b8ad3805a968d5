import Ejit
import EjitText

/// Instructions to be executed with many register contents; every register but their destinations must stay.
public struct Snippet {
  /// What this is a test of.
  public let subject: Instruction
  /// The instructions; control enters at the first and leaves behind the last.
  public private(set) var body: [Instruction]
  /// The slots of the registers that each vector sets; the others hold patterns.
  public let sources: [Int]
  /// For each execution one value per source.
  public let vectors: [UInt64]

  /// `body`, once for each combination of `values` in `sources`.
  public init(_ subject: Instruction, body: [Instruction]? = nil, sources: [Int], values: [[UInt64]]) {
    self.subject = subject
    self.body = body ?? [subject]
    self.sources = sources
    var vectors: [[UInt64]] = [[]]
    for list in values { vectors = vectors.flatMap { vector in list.map { vector + [$0] } } }
    self.vectors = vectors.flatMap { $0 }
  }

  /// `body`, once for each element of `vectors`, which has one value per source.
  public init(_ subject: Instruction, body: [Instruction]? = nil, sources: [Int], vectors: [[UInt64]]) {
    self.subject = subject
    self.body = body ?? [subject]
    self.sources = sources
    self.vectors = vectors.flatMap { $0 }
  }

  /// The same vectors for another body.
  public func replacingBody(_ body: [Instruction]) -> Snippet {
    var copy = self
    copy.body = body
    return copy
  }

  /// How many executions.
  public var count: Int { sources.isEmpty ? 1 : vectors.count / sources.count }

  /// Stores the values of one vector at the places of their registers.
  func set(_ vector: Int, in registers: UnsafeMutablePointer<UInt64>) {
    var slot = 0
    while slot < sources.count {
      registers[sources[slot]] = vectors[vector * sources.count + slot]
      slot += 1
    }
  }

  /// The body in the text form.
  var text: String { body.map(\.text).joined(separator: "; ") }

  /// The values of one vector, for people.
  func inputs(of vector: Int) -> String {
    let values = sources.indices.map { "\(name(ofSlot: sources[$0])) = \(hex(vectors[vector * sources.count + $0]))" }
    return values.joined(separator: ", ")
  }

  /// The slots of all registers that the body names.
  public var registers: Set<Int> { Set(body.flatMap { Statement($0).slots }).union(sources) }

  /// Whether the body names a floating-point register.
  public var usesVectors: Bool { registers.contains { $0 >= 32 } }
}

/// `r9`, `v9`.
func name(ofSlot slot: Int) -> String { slot < 32 ? "r\(slot)" : "v\(slot - 32)" }

extension Statement {
  /// The floating-point registers that the operands name, in order.
  public var vectors: [VectorRegister] {
    operands.compactMap { if case .vector(let register) = $0 { register } else { nil } }
  }

  /// The slots of all registers that the operands name: general ones, then floating-point ones.
  public var slots: [Int] { registers.map { $0.slot } + vectors.map { $0.slot } }

  /// The general registers that the operands name, in order.
  public var registers: [Register] {
    operands.flatMap { operand -> [Register] in
      switch operand {
      case .register(let register): return [register]
      case .memory(let memory): return [memory.base]
      case .address(let address):
        switch address.form {
        case .base: return [address.base]
        case .indexed, .extended: return [address.base, address.index]
        case .absolute, .invalid: return []
        }
      case .immediate, .pointer, .count, .int32, .uint32, .label, .condition, .memoryType, .signedness, .shift,
        .outcome, .memoryOperation, .memoryOrder, .atomicOperation, .prefetchAccess, .cacheLevel, .dataType, .datum,
        .codeSection, .registers, .registerList, .savedVectors, .vector, .floatCondition, .rounding, .floatType:
        return []
      }
    }
  }
}
