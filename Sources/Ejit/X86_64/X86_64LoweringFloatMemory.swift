/// Numbers in memory. The access goes before the base, so that a fault finds that as it was.
extension Emission {
  mutating func loadFloatMoving(
    _ w: Width, _ d: VectorRegister, _ base: Register, _ displacement: Displacement, before: Bool
  ) throws(Refusal) {
    let (d, base) = (try xmm(d), try destination(base))
    loadFloat(w, d, Memory(base, before ? displacement.value : 0))
    move(base, by: displacement)
  }

  mutating func storeFloatMoving(
    _ w: Width, _ a: VectorRegister, _ base: Register, _ displacement: Displacement, before: Bool
  ) throws(Refusal) {
    let (a, base) = (try xmm(a), try destination(base))
    storeFloat(w, a, Memory(base, before ? displacement.value : 0))
    move(base, by: displacement)
  }

  mutating func loadFloatPair(
    _ w: Width, _ d: VectorRegister, _ e: VectorRegister, _ base: Register, _ displacement: Displacement
  ) throws(Refusal) {
    let (first, second) = (try xmm(d), try xmm(e))
    if first == second { throw Refusal(.registerConflict, UInt64(e.rawValue)) }
    let memory = try pair(w, base, displacement)
    loadFloat(w, first, memory.first)
    loadFloat(w, second, memory.second)
  }

  mutating func storeFloatPair(
    _ w: Width, _ a: VectorRegister, _ b: VectorRegister, _ base: Register, _ displacement: Displacement
  ) throws(Refusal) {
    let (a, b) = (try xmm(a), try xmm(b))
    let memory = try pair(w, base, displacement)
    storeFloat(w, a, memory.first)
    storeFloat(w, b, memory.second)
  }

  mutating func loadFloatLabel(_ w: Width, _ d: VectorRegister, _ label: Label) throws(Refusal) {
    loadFloat(w, try xmm(d), .relative)
    fillRelative(to: label)
  }
}
