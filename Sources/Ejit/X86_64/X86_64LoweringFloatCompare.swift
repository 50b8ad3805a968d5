/// What one flag, or two, say after `ucomis a, b`: unordered sets ZF, PF and CF, greater none of them, less CF, equal ZF
/// (SDM vol. 2, UCOMISD). Raw value: `cc` of Jcc and SETcc. SDM vol. 1, appendix B.
enum FloatTest: UInt8 {
  case below = 0x2, aboveOrEqual, equal, notEqual, belowOrEqual, above
  case unordered = 0xA, ordered

  /// Holds exactly when this does not.
  var inverted: FloatTest { FloatTest(rawValue: rawValue ^ 1) ?? self }
}

extension FloatCondition {
  /// The one condition code that says whether `a condition b`, after a comparison of `a` with `b` or of `b` with `a`;
  /// nil for the two that need ZF and PF.
  fileprivate var test: (code: FloatTest, isReversed: Bool)? {
    switch self {
    case .oeq, .une: nil
    case .one: (.notEqual, false)
    case .olt: (.above, true)
    case .ole: (.aboveOrEqual, true)
    case .ogt: (.above, false)
    case .oge: (.aboveOrEqual, false)
    case .ord: (.ordered, false)
    case .ueq: (.equal, false)
    case .ult: (.below, false)
    case .ule: (.belowOrEqual, false)
    case .ugt: (.below, true)
    case .uge: (.belowOrEqual, true)
    case .uno: (.unordered, false)
    }
  }

  /// What CMPSD calls it. NaNs make the ordered ones false, those that begin with a negation true.
  fileprivate var predicate: FloatPredicate {
    switch self {
    case .oeq: .eq
    case .one: .neqo
    case .olt: .lt
    case .ole: .le
    case .ogt: .gt
    case .oge: .ge
    case .ord: .ord
    case .ueq: .equ
    case .une: .neq
    case .ult: .nge
    case .ule: .ngt
    case .ugt: .nle
    case .uge: .nlt
    case .uno: .unord
    }
  }
}

/// Comparisons of numbers: as branch, as 0 or 1, as choice.
extension Emission {
  /// `ucomis` in the order that the condition wants; the code that it then is, if it is one.
  private mutating func compare(_ w: Width, _ condition: FloatCondition, _ a: XMM, _ b: XMM) -> FloatTest? {
    guard let (code, isReversed) = condition.test else {
      ucomis(w, a, b)
      return nil
    }
    if isReversed { ucomis(w, b, a) } else { ucomis(w, a, b) }
    return code
  }

  mutating func floatBranch(
    _ w: Width, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister, _ target: Label
  ) throws(Refusal) {
    if let test = compare(w, condition, try xmm(a), try xmm(b)) { return jcc(code: test.rawValue, to: target) }
    if condition == .une {
      jcc(code: FloatTest.notEqual.rawValue, to: target)
      return jcc(code: FloatTest.unordered.rawValue, to: target)
    }
    let isDifferent = code.skip(code: FloatTest.notEqual.rawValue)
    jcc(code: FloatTest.ordered.rawValue, to: target)
    code.land(isDifferent)
  }

  /// By the condition code, or where it is not one by the lowest bit of the mask.
  mutating func floatSet(
    _ w: Width, _ d: Register, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister
  ) throws(Refusal) {
    let (d, a, b) = (try destination(d), try xmm(a), try xmm(b))
    guard condition.test != nil else {
      compare(w, condition.predicate, vectorScratch, a, b)
      moveBits(.w32, d, vectorScratch)
      return code.alu(.and, .w32, d, 1)
    }
    guard let test = compare(w, condition, a, b) else { return }
    code.setcc(code: test.rawValue, d)
    code.extend8(.w32, signed: false, d, d)
  }

  mutating func floatSelect(
    _ w: Width, _ d: VectorRegister, _ condition: FloatCondition, _ a: VectorRegister, _ b: VectorRegister,
    _ x: VectorRegister, _ y: VectorRegister
  ) throws(Refusal) {
    let (d, a, b, x, y) = (try xmm(d), try xmm(a), try xmm(b), try xmm(x), try xmm(y))
    if hasAVX {
      compare(w, condition.predicate, vectorScratch, a, b)
      code.vex(.blend(w), d, y, x)
      return code.emit8(vectorScratch.number << 4)
    }
    if condition == .une { return selectByJump(w, .oeq, d, a, b, y, x) }
    selectByJump(w, condition, d, a, b, x, y)
  }

  /// `y`, replaced by `x` if the condition holds; if `x` is there already, replaced by `y` if not. Moves leave the flags
  /// alone.
  private mutating func selectByJump(
    _ w: Width, _ condition: FloatCondition, _ d: XMM, _ a: XMM, _ b: XMM, _ x: XMM, _ y: XMM
  ) {
    let test = compare(w, condition, a, b)
    if d != x { move(to: d, y) }
    if let test {
      let stays = code.skip(code: (d == x ? test : test.inverted).rawValue)
      movaps(d, d == x ? y : x)
      return code.land(stays)
    }
    let isDifferent = code.skip(code: FloatTest.notEqual.rawValue)
    if d == x {
      let stays = code.skip(code: FloatTest.ordered.rawValue)
      code.land(isDifferent)
      movaps(d, y)
      code.land(stays)
    } else {
      let isUnordered = code.skip(code: FloatTest.unordered.rawValue)
      movaps(d, x)
      code.land(isDifferent)
      code.land(isUnordered)
    }
  }
}
