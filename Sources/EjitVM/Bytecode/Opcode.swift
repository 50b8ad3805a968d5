/// The instructions of the bytecode: one byte, then operands in LEB128, as short as they can be.
///
/// A stack machine: operands are taken from the top of the stack, the result is left there. Raw value: the byte in a
/// module. Spelling: `mnemonic`; the constants of `constInt`, `const`, `true`, `false`, `nil` are written `const V`
/// (`nil` alone).
public enum Opcode: UInt8, CaseIterable, Sendable {
  /// Pushes an integer. Operand: signed LEB128.
  case constInt
  /// Pushes a float, a string or the number of a function. Operand: index in the module's constants.
  case const
  case `true`, `false`, `nil`
  /// Operand: number of a local; arguments come first.
  case localGet, localSet, localTee
  case dup, swap, drop
  case add, sub, mul, div, rem, neg
  case addTrap, subTrap, mulTrap
  case divU, remU
  case and, or, xor, not
  case shl, shr, shrU
  case eq, ne, lt, le, gt, ge
  case ltU, leU, gtU, geU
  case toInt, toFloat, sqrt, abs, floor, min, max
  /// Operand: bytes from the end of the instruction to the target, signed LEB128 in 4 bytes, whatever the distance: so
  /// there is one way to write a function.
  case jump, jumpIf, jumpUnless
  /// Takes an integer. Operands: the number of targets, each target, then the default one, as those of `jump`.
  case `switch`
  /// Operand: number of a function.
  case call
  /// Operand: how many arguments; the function's number lies on top of them.
  case callIndirect
  /// Operand: number of a host function.
  case callHost
  case `return`
  /// Operand: `ArrayKind`. Takes the count.
  case arrayNew
  case arrayGet, arraySet, arrayLen, arrayPush
  case stringLen, stringAt
  case `throw`
}

/// What an array holds.
public enum ArrayKind: UInt8, CaseIterable, Sendable { case i64, f64, any }
