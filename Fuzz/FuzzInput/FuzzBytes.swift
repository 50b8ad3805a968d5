import Ejit
import EjitText

/// Bytes read as a program. Reading is total: behind the end there are zeros.
///
/// The first byte decides between two sorts of programs. Bold ones hold any op with any operands, and are refused
/// mostly. The others are made to be accepted: operands are in range, labels bound once, flags there when they are
/// asked for, frames where they are needed.
package struct FuzzBytes {
  private let bytes: UnsafePointer<UInt8>?
  private let end: Int
  private var position = 0

  /// What the operands of the op being read must be like.
  var demands: Demands
  /// What is known about the program so far, unless it is bold.
  var order = Order()
  var program: [Instruction] = []

  /// Programs are no longer than this.
  package static let maximumCount = 4096

  /// `count` bytes, which must stay there.
  package init(_ bytes: UnsafePointer<UInt8>?, _ count: Int) {
    (self.bytes, end) = (bytes, count)
    demands = Demands()
  }

  /// Whether all bytes were read.
  package var isAtEnd: Bool { position >= end }

  /// The next byte.
  package mutating func byte() -> UInt8 {
    guard let bytes, position < end else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  /// The next eight bytes.
  package mutating func word() -> UInt64 {
    var value: UInt64 = 0
    for _ in 0..<8 { value = value << 8 | UInt64(byte()) }
    return value
  }

  /// Borders of what machines can encode, or anything.
  package mutating func value() -> UInt64 {
    let choice = byte()
    let magnitude = UInt64(1) << UInt64(choice & 63)
    switch choice >> 6 {
    case 0: return UInt64(choice & 63)
    case 1: return magnitude
    case 2: return byte() & 1 == 0 ? magnitude &- 1 : 0 &- magnitude
    default: return word()
    }
  }

  /// The program that the rest of the bytes is.
  package mutating func readProgram() -> [Instruction] {
    program.removeAll(keepingCapacity: true)
    program.reserveCapacity(end / 4)
    let ops = Mnemonic.allCases
    demands.isBold = byte() & 7 == 7
    while !isAtEnd, program.count < Self.maximumCount {
      let op = ops[Int(byte()) % ops.count]
      if demands.isBold { program.append(Instruction(op, from: &self)) } else { appendOrderly(op) }
    }
    if !demands.isBold { close() }
    return program
  }
}
