/// What the interpreter executes and the compiler reads: operations on numbered slots of the frame.
///
/// Locals are slots 0 and up, then the function's constants, then the operand stack: the verified height makes each
/// stack position a slot. `a`, `b`, `c`, `x` are the fields of the `Word`; `[a]` is the slot with that number.
enum MicroOp: UInt8, CaseIterable {
  // MARK: Moves
  /// `[a] = [b]`
  case move = 0b00011110
  /// `[a]` = the 32 bits of b and c as an integer with sign
  case loadInt = 0b00110111
  /// `[a]` = c with tag x: false, true, nil
  case loadTag = 0b10110010

  // MARK: Arithmetic: `[a] = [b] op [c]`
  case add = 0b00000001, sub = 0b00000101, mul = 0b00000100, div = 0b01110111, rem = 0b00001111
  case min = 0b01110010, max = 0b11110010
  case addTrap = 0b00001010, subTrap = 0b10001010, mulTrap = 0b01001010
  case divU = 0b11001010, remU = 0b00101010
  case and = 0b00000011, or = 0b01001111, xor = 0b00100011, shl = 0b10101010, shr = 0b01101010
  case shrU = 0b11101010
  case eq = 0b00011010, ne = 0b10011010, lt = 0b01011010, le = 0b11011010, ltU = 0b00111010
  case leU = 0b10111010

  // MARK: Arithmetic with a constant: `[a] = [b] op c`, c an integer of 16 bits with sign. Of `divI` and `remI` x is n
  // where c is 2 to the power of n, else 0.
  case addI = 0b00000000, mulI = 0b00010011, divI = 0b01111111, remI = 0b00110011
  case andI = 0b00001011, shlI = 0b00101011, shrI = 0b01111010, shrUI = 0b00011011

  // MARK: One operand: `[a] = op [b]`
  case neg = 0b11111010, not = 0b00000110, toInt = 0b10000110, toFloat = 0b10111111, sqrt = 0b01000110
  case abs = 0b11000110, floor = 0b00100110

  // MARK: Jumps, by words from the end of the jump's own word. `x` is 1 where the jump goes backwards: it counts.
  /// By the 32 bits of b and c with sign.
  case jump = 0b00111011
  /// By c, if the Bool `[a]` is true, or is false.
  case jumpIf = 0b10100110, jumpUnless = 0b01100110
  /// By c, if `[a] op [b]`, or if not that: with NaN, `jumpNotLt` jumps and `jumpLe` with its operands exchanged does not.
  case jumpEq = 0b11100110, jumpNe = 0b00010110, jumpLt = 0b00010010, jumpNotLt = 0b00101111
  case jumpLe = 0b01101111, jumpNotLe = 0b00011111
  case jumpLtU = 0b10010110, jumpLeU = 0b01010110
  /// By c, if `[a] op b` or not, b an integer of 16 bits with sign.
  case jumpEqI = 0b00000111, jumpNeI = 0b00010101, jumpLtI = 0b00100111, jumpNotLtI = 0b00010111
  case jumpLeI = 0b11010110, jumpNotLeI = 0b00110110, jumpGtI = 0b10110110, jumpNotGtI = 0b01110110
  case jumpGeI = 0b11110110, jumpNotGeI = 0b00001110
  /// `[a] = [a] + (x >> 1)`, x a byte with sign: then by c, if `[a] op [b]`. The end of a loop: a jump that is taken
  /// counts, and nothing looks whether it goes backwards.
  case addJumpLt = 0b00001101, addJumpLe = 0b00001100
  /// By the word number `[a]` of the b words behind, or by the one behind them if there are not that many: each is a
  /// distance from the end of this word.
  case jumpTable = 0b01011111

  // MARK: Calls
  /// Calls the function whose number is b and c (32 bits); its arguments lie in `[a]` and up, where its frame begins;
  /// its result comes to lie in `[a]`.
  case call = 0b00011100
  /// Calls the function whose number is in `[b]`, with c arguments in `[a]` and up; x is free for the profile of its
  /// results.
  case callIndirect = 0b10001110
  /// Calls the host function number b, with c arguments in `[a]` and up; x is free for the profile of its results.
  case callHost = 0b01001110
  /// `[a]` is the frame's result.
  case `return` = 0b00000010
  /// Throws `[a]`.
  case `throw` = 0b11001110

  // MARK: Arrays and strings
  /// `[a]` = an array of `[b]` zeros or nils, of `ArrayKind` x
  case arrayNew = 0b00101110
  /// `[a] = [b][[c]]`; x is free for the profile of an array of values: a bit for each tag seen
  case arrayGet = 0b00001001
  /// `[a][[b]] = [c]`
  case arraySet = 0b00011101
  /// `[a]` = the count of `[b]`
  case arrayLen = 0b10101110
  /// Appends `[b]` to `[a]`.
  case arrayPush = 0b01101110
  case stringLen = 0b11101110
  /// `[a]` = the byte `[c]` of `[b]`
  case stringAt = 0b00111111
}

extension MicroOp {
  /// Whether the interpreter keeps in x which types the result had, one bit for each.
  var keepsTypes: Bool { self == .arrayGet || self == .callHost || self == .callIndirect }
}

/// A micro-op with its operands: from the low byte `op`, `x`, then `a`, `b`, `c` of 16 bits each.
struct Word: BitwiseCopyable, Equatable {
  var bits: UInt64

  init(bits: UInt64) { self.bits = bits }
  init(_ op: MicroOp, x: UInt8 = 0, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
    bits =
      UInt64(op.rawValue) | UInt64(x) << 8 | UInt64(UInt16(truncatingIfNeeded: a)) << 16
      | UInt64(UInt16(truncatingIfNeeded: b)) << 32 | UInt64(UInt16(truncatingIfNeeded: c)) << 48
  }
  /// With one operand of 32 bits in place of b and c.
  init(_ op: MicroOp, x: UInt8 = 0, _ a: Int, wide: Int32) {
    self.init(op, x: x, a, Int(UInt16(truncatingIfNeeded: wide)), Int(wide >> 16))
  }

  var op: MicroOp { MicroOp(rawValue: UInt8(truncatingIfNeeded: bits))! }
  var x: UInt8 { UInt8(truncatingIfNeeded: bits >> 8) }
  var a: Int { Int(UInt16(truncatingIfNeeded: bits >> 16)) }
  var b: Int { Int(UInt16(truncatingIfNeeded: bits >> 32)) }
  var c: Int { Int(bits >> 48) }
  /// b and c with sign, for those that are integers or distances.
  var signedB: Int { Int(Int16(truncatingIfNeeded: bits >> 32)) }
  var signedC: Int { Int(Int64(bitPattern: bits) >> 48) }
  var wide: Int { Int(Int64(bitPattern: bits) >> 32) }
  /// The step of `addJump…`.
  var step: Int { Int(Int8(bitPattern: x) >> 1) }
}
