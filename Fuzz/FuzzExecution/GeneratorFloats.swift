import Ejit

/// Which floating-point registers programs use, and for what. Each holds numbers of one width all the time. What is
/// computed may be a NaN of any bits, so it goes to a loose register, or is made the canonical one at once; what shows
/// bits reads exact registers only.
struct FloatPool {
  let exact: [VectorRegister]
  let loose: [VectorRegister]

  var all: [VectorRegister] { exact + loose }

  /// Registers that no call preserves, so that a program owes its caller none of them.
  static func of(_ width: Width, on architecture: Target.Architecture) -> FloatPool {
    switch (architecture, width) {
    case (.x86_64, .w64): FloatPool([0, 3, 9, 14], [1, 10])
    case (.x86_64, .w32): FloatPool([2, 5, 12], [4, 13])
    case (.aarch64, .w64): FloatPool([0, 3, 18, 30], [1, 20])
    case (.aarch64, .w32): FloatPool([2, 5, 24], [4, 17])
    }
  }

  /// Those of either width that carry no result, so that a call can be told to keep them.
  static func kept(on architecture: Target.Architecture) -> [VectorRegister] {
    Width.allCases.flatMap { FloatPool.of($0, on: architecture).all }.filter { $0.rawValue > 3 }
  }

  private init(_ exact: [Int], _ loose: [Int]) {
    (self.exact, self.loose) = (exact.map { VectorRegister($0) }, loose.map { VectorRegister($0) })
  }
}

/// Floats: the features that not every machine has are asked for only where `floatFeatures` has them.
extension Generator {
  private func pool(_ w: Width) -> FloatPool { FloatPool.of(w, on: target.architecture) }
  /// A number whose bits all machines agree on.
  mutating func exact(_ w: Width) -> VectorRegister { decisions.pick(pool(w).exact) }
  /// A number, or any NaN.
  private mutating func number(_ w: Width) -> VectorRegister { decisions.pick(pool(w).all) }
  private mutating func condition() -> FloatCondition { FloatCondition(rawValue: decisions.byte() % 14) ?? .oeq }
  private mutating func floatType() -> FloatType { decisions.byte() & 1 == 0 ? .f64 : .f32 }

  /// What stands before the body: every number comes from the block.
  mutating func loadNumbers() {
    for w in Width.allCases {
      for register in pool(w).all { emit(.fld(width: w, register, .at(base, Int32(Block.vector(register))))) }
    }
    for w in Width.allCases { for register in pool(w).loose { emit(.fcanon(width: w, register, register)) } }
  }

  /// What stands behind the body.
  mutating func storeNumbers() {
    for w in Width.allCases {
      for register in pool(w).loose { emit(.fcanon(width: w, register, register)) }
      for register in pool(w).all { emit(.fst(width: w, register, .at(base, Int32(Block.vector(register))))) }
    }
  }

  /// Defines what a call does not preserve: all of them but these.
  mutating func defineNumbers(but kept: [VectorRegister]) {
    for w in Width.allCases {
      for register in pool(w).all where !kept.contains(register) {
        emit(.fmovi(width: w, register, Immediate(program.count &* 0x0001_0101)))
      }
    }
  }

  mutating func floats() {
    let w = decisions.width()
    switch decisions.below(16) {
    case 0...4: arithmetic(w)
    case 5: bitwise(w)
    case 6: fused(w)
    case 7, 8: conversion(w)
    case 9: emit(.fset(width: w, register(), condition(), number(w), number(w)))
    case 10: emit(.fbranch(width: w, condition(), number(w), number(w), forward()))
    case 11: choice(w)
    case 12: floatNeutral()
    default: floatMemory(w)
    }
  }

  /// `instruction`, which computes `d`; an exact register gets the canonical NaN for any.
  private mutating func computed(_ w: Width, _ d: VectorRegister, _ instruction: Instruction) {
    emit(instruction)
    if pool(w).exact.contains(d) { emit(.fcanon(width: w, d, d)) }
  }

  private typealias Two = @Sendable (Width, VectorRegister, VectorRegister) -> Instruction
  private typealias Three = @Sendable (Width, VectorRegister, VectorRegister, VectorRegister) -> Instruction
  private static let threes: [Three] = [
    Instruction.fadd, Instruction.fsub, Instruction.fmul, Instruction.fdiv, Instruction.fmin, Instruction.fmax,
    Instruction.fminNum, Instruction.fmaxNum, Instruction.fminSelect, Instruction.fmaxSelect,
  ]

  private mutating func arithmetic(_ w: Width) {
    let (d, a) = (number(w), number(w))
    switch decisions.below(4) {
    case 0: computed(w, d, .fround(width: w, Rounding(rawValue: decisions.byte() % 5) ?? .floor, d, a))
    case 1 where decisions.byte() & 1 == 0: computed(w, d, .fsqrt(width: w, d, a))
    default: computed(w, d, decisions.pick(Generator.threes)(w, d, a, number(w)))
    }
  }

  private mutating func bitwise(_ w: Width) {
    let moves: [Two] = [Instruction.fmov, Instruction.fneg, Instruction.fabs]
    switch decisions.below(6) {
    case 0, 1: emit(decisions.pick(moves)(w, exact(w), exact(w)))
    case 2: emit(decisions.pick(moves)(w, decisions.pick(pool(w).loose), number(w)))
    case 3: emit(.fcopysign(width: w, exact(w), exact(w), exact(w)))
    case 4: emit(.fcopysign(width: w, decisions.pick(pool(w).loose), number(w), exact(w)))
    default: emit(.fcanon(width: w, exact(w), number(w)))
    }
  }

  private typealias Four =
    @Sendable (Width, VectorRegister, VectorRegister, VectorRegister, VectorRegister) -> Instruction

  private mutating func fused(_ w: Width) {
    guard canUse(.fma3) else { return arithmetic(w) }
    let all: [Four] = [Instruction.fma, Instruction.fms, Instruction.fnma, Instruction.fnms]
    let d = number(w)
    computed(w, d, decisions.pick(all)(w, d, number(w), number(w), number(w)))
  }

  /// `a condition b ? x : y`, where all bits of the result are known if those of both are.
  private mutating func choice(_ w: Width) {
    let isExact = decisions.byte() & 1 == 0
    let (d, x, y) =
      isExact ? (exact(w), exact(w), exact(w)) : (decisions.pick(pool(w).loose), number(w), number(w))
    emit(.fselect(width: w, d, condition(), number(w), number(w), x, y))
  }

  private mutating func conversion(_ w: Width) {
    let (type, signedness) = (floatType(), decisions.signedness())
    let width: Width = type == .f64 ? .w64 : .w32
    switch decisions.below(7) {
    case 0, 1: emit(.ftoi(width: w, type, signedness, register(), number(width)))
    case 2: emit(.itof(width: w, type, signedness, exact(width), source()))
    case 3:
      // Only what is in range has a result.
      let (d, number) = (register(), exact(width))
      emit(.ubfx(d, source(), UInt8(decisions.below(40)), UInt8(1 + decisions.below(24))))
      emit(.itof(type, .signed, number, d), .ftoiUnchecked(width: w, type, signedness, d, number))
    case 4:
      let d = number(.w64)
      computed(.w64, d, .fwiden(d, number(.w32)))
    case 5:
      let d = number(.w32)
      computed(.w32, d, .fnarrow(d, number(.w64)))
    default: half()
    }
  }

  private mutating func half() {
    guard canUse(.f16c) else { return bitwise(.w32) }
    let d = number(.w32)
    if decisions.byte() & 1 == 0 { return computed(.w32, d, .fwidenHalf(d, exact(.w32))) }
    // Only 16 bits of it are there: they are shown as an integer, in which any NaN is one.
    let shown = register()
    emit(.fnarrowHalf(d, number(.w32)), .fwidenHalf(d, d), .fcanon(width: .w32, d, d), .fbits(width: .w32, shown, d))
  }

  /// An op that keeps the flags.
  mutating func floatNeutral() {
    let w = decisions.width()
    switch decisions.below(6) {
    case 0: emit(.fmov(width: w, exact(w), exact(w)))
    case 1: emit(.fmovi(width: w, exact(w), Immediate(bits: w == .w64 ? decisions.value() : decisions.value() >> 32)))
    case 2: emit(.fbits(width: w, register(), exact(w)))
    case 3: emit(.fsetBits(width: w, exact(w), source()))
    case 4:
      let address = address(w.bits / 8)
      emit(.fld(width: w, exact(w), address))
    default:
      let address = address(w.bits / 8)
      emit(.fst(width: w, exact(w), address))
    }
  }

  private mutating func floatMemory(_ w: Width) {
    let (size, a) = (w.bits / 8, exact(w))
    switch decisions.below(8) {
    case 0:
      let (base, at) = place(2 * size)
      emit(.fstPair(width: w, a, exact(w), base, at))
    case 1:
      let (base, at) = place(2 * size)
      emit(.fldPair(width: w, pool(w).exact[0], pool(w).exact[1 + decisions.below(2)], base, at))
    case 2, 3: movingBase(w, a)
    case 4:
      let data = newLabel()
      let type: DataType = w == .w64 ? .f64 : .f32
      pendingData.append(
        PendingData(label: data, content: [.data(type, Imm64(bits: decisions.value() >> UInt64(64 - w.bits)))]))
      emit(.fldLabel(width: w, a, data))
    default:
      let address = address(size)
      emit(decisions.byte() & 1 == 0 ? .fld(width: w, a, address) : .fst(width: w, a, address))
    }
  }

  private mutating func movingBase(_ w: Width, _ a: VectorRegister) {
    let (base, at, size) = (register(), decisions.displacement(), w.bits / 8)
    switch decisions.below(4) {
    case 0: emit(pointing(base, at: offset(size), less: at), .fldPre(width: w, a, base, Displacement(at)))
    case 1: emit(pointing(base, at: offset(size), less: 0), .fldPost(width: w, a, base, Displacement(at)))
    case 2: emit(pointing(base, at: offset(size), less: at), .fstPre(width: w, a, base, Displacement(at)))
    default: emit(pointing(base, at: offset(size), less: 0), .fstPost(width: w, a, base, Displacement(at)))
    }
  }

  /// An access that is guarded; what it loads must be defined anew.
  mutating func guardedFloat(_ base: Register, _ at: Displacement) -> Instruction {
    let w = decisions.width()
    let a = exact(w)
    switch decisions.below(6) {
    case 0: return .fld(width: w, a, .at(base, at.value))
    case 1: return .fst(width: w, a, .at(base, at.value))
    case 2: return .fldPre(width: w, a, base, at)
    case 3: return .fldPost(width: w, a, base, at)
    case 4: return .fstPre(width: w, a, base, at)
    default: return .fstPost(width: w, a, base, at)
    }
  }
}
