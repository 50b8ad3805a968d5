import Ejit

/// Comparisons of numbers, and numbers in memory.
extension X86_64Expectation {
  /// Compares in the order in which one condition code says it; its name, or nil for the two that need ZF and PF.
  private mutating func compare(_ w: Width, _ condition: FloatCondition, _ a: X, _ b: X) -> StaticString? {
    switch condition {
    case .olt, .ole, .ugt, .uge: ucomis(w, b, a)
    case .oeq, .one, .ogt, .oge, .ord, .ueq, .une, .ult, .ule, .uno: ucomis(w, a, b)
    }
    return code(condition)
  }

  private func code(_ condition: FloatCondition) -> StaticString? {
    switch condition {
    case .oeq, .une: nil
    case .one: "ne"
    case .ogt, .olt: "a"
    case .oge, .ole: "ae"
    case .ord: "np"
    case .ueq: "e"
    case .ult, .ugt: "b"
    case .ule, .uge: "be"
    case .uno: "p"
    }
  }

  mutating func floatBranch(
    _ w: Width, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    if let code = compare(w, condition, try x(a), try x(b)) { return t("j\(code) \(target)") }
    t(condition == .oeq ? "jne @end" : "jne \(target)")
    t("j\(condition == .oeq ? "np" : "p") \(target)")
  }

  mutating func floatSet(
    _ w: Width, _ d: Register, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, b) = (try r(d), try x(a), try x(b))
    if condition == .oeq || condition == .une {
      three("cmp\(mask(condition))\(w.scalar)", vectorScratch, a, b)
      bits(.w32, from: vectorScratch, d)
      return t("and \(d.d), 1")
    }
    let code = compare(w, condition, a, b) ?? "?"
    t("set\(code) \(d.b)")
    t("movzx \(d.d), \(d.b)")
  }

  mutating func floatSelect(
    _ w: Width, _ d: VectorRegister, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    _ c: VectorRegister, _ e: VectorRegister
  ) throws(NotAllowed) {
    let (d, a, b) = (try x(d), try x(a), try x(b))
    var (yes, no) = (try x(c), try x(e))
    if hasAVX {
      three("cmp\(mask(condition))\(w.scalar)", vectorScratch, a, b)
      return t("vblendvp\(w == .w64 ? "d" : "s") \(d.name), \(no.name), \(yes.name), \(vectorScratch.name)")
    }
    var condition = condition
    if condition == .une { (condition, yes, no) = (.oeq, no, yes) }
    let isThere = d == yes
    if let code = compare(w, isThere ? condition : condition.inverted, a, b, like: condition) {
      if !isThere { moveUnlessSame(d, no) }
      t("j\(code) @end")
    } else if isThere {
      t("jne @A")
      t("jnp @end")
      t("A:")
    } else {
      moveUnlessSame(d, no)
      t("jne @end")
      t("jp @end")
    }
    move(d, isThere ? no : yes)
  }

  /// The comparison that `order` asks for, and the code of `condition` behind it.
  private mutating func compare(
    _ w: Width, _ condition: FloatCondition, _ a: X, _ b: X, like order: FloatCondition
  ) -> StaticString? {
    _ = compare(w, order, a, b)
    return order == .oeq ? nil : code(condition)
  }

  // MARK: Memory

  mutating func floatMoving(
    _ w: Width, _ d: VectorRegister, _ base: Register, _ n: Int32, loads: Bool, before: Bool
  ) throws(NotAllowed) {
    let (d, base) = (try x(d), try r(base))
    let memory = memory(base, before ? n : 0)
    if loads { load(w, d, memory) } else { store(w, d, memory) }
    if n != 0 { t("add \(base.q), \(n)") }
  }

  mutating func floatPair(
    _ w: Width, _ d: VectorRegister, _ e: VectorRegister, _ base: Register, _ n: Int32, loads: Bool
  ) throws(NotAllowed) {
    let (d, e) = (try x(d), try x(e))
    if loads && d == e { throw NotAllowed() }
    let (first, second) = try pair(w, base, n)
    if loads { load(w, d, first) } else { store(w, d, first) }
    if loads { load(w, e, second) } else { store(w, e, second) }
  }
}
