/// Loads and stores of numbers.
extension AArch64 {
  static func pair(
    load: Bool, _ w: Width, _ t: V, _ t2: V, _ base: Register, _ displacement: Displacement, into e: inout Emission
  ) throws(Refusal) {
    try pair(load: load, w, X(t), X(t2), base, displacement, isVector: true, into: &e)
  }

  /// The second destination, which must not be the first.
  static func distinct(
    _ second: VectorRegister, from first: VectorRegister, _ e: borrowing Emission
  ) throws(Refusal) -> V {
    let result = try e.v(second)
    if result == (try e.v(first)) { throw Refusal(.registerConflict, UInt64(second.rawValue)) }
    return result
  }

  /// The number behind `label`; LDR (literal) of either size.
  static func loadLabel(_ w: Width, _ d: V, _ label: Label, into e: inout Emission) {
    literal(opc: w.sf, isVector: true, X(d), to: .label, label.number, into: &e)
  }

  /// The number in the low bits of a word of the tail.
  static func loadTail(_ w: Width, _ d: V, _ offset: UInt32, into e: inout Emission) {
    literal(opc: w.sf, isVector: true, X(d), to: .tail, offset, into: &e)
  }
}
