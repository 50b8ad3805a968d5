import EjitVM

/// A value of the reference machine.
package enum ReferenceValue: Sendable {
  case int(Int64)
  case float(Double)
  case bool(Bool)
  case `nil`
  case string([UInt8])
  case array(ReferenceArray)

  package init(_ literal: Literal) {
    switch literal {
    case .integer(let value): self = .int(value)
    case .float(let bits): self = .float(Double(bitPattern: bits))
    case .string(let bytes): self = .string(bytes)
    case .bool(let value): self = .bool(value)
    case .nil: self = .nil
    case .function: fatalError("a function is no value by itself")
    }
  }
}

/// Of one thread, but thrown values are errors, which must be sendable.
package final class ReferenceArray: @unchecked Sendable {
  package let kind: ArrayKind
  package var elements: [ReferenceValue]

  package init(_ kind: ArrayKind, _ elements: [ReferenceValue]) { (self.kind, self.elements) = (kind, elements) }

  /// `count` zeros or nils.
  init(_ kind: ArrayKind, count: Int) {
    self.kind = kind
    let zero: ReferenceValue =
      switch kind {
      case .i64: .int(0)
      case .f64: .float(0)
      case .any: .nil
      }
    elements = Array(repeating: zero, count: count)
  }

  func mayHold(_ value: ReferenceValue) -> Bool {
    switch (kind, value) {
    case (.i64, .int), (.f64, .float), (.any, _): true
    default: false
    }
  }
}

extension ReferenceValue {
  /// Whether both are the same: floats by their bits, but all NaNs alike; arrays by what they hold, so far down.
  package func isSame(as other: ReferenceValue, depth: Int = 8) -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)): return a == b
    case (.float(let a), .float(let b)): return a.bitPattern == b.bitPattern || a.isNaN && b.isNaN
    case (.bool(let a), .bool(let b)): return a == b
    case (.nil, .nil): return true
    case (.string(let a), .string(let b)): return a == b
    case (.array(let a), .array(let b)):
      if depth == 0 { return true }
      return a.kind == b.kind && a.elements.count == b.elements.count
        && zip(a.elements, b.elements).allSatisfy { $0.isSame(as: $1, depth: depth - 1) }
    default: return false
    }
  }
}
