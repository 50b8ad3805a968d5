/// Loads and stores that are ordered, exclusive or both, atomic operations, barriers. Arm ARM C4.1, Loads and Stores.
extension UInt32 {
  /// What the group of exclusive and ordered accesses has in common: `o2`, `L`, `o1` and `o0` choose the instruction;
  /// registers that it does not have are 31 — C4.1, Load/store exclusive, Load/store ordered, Compare and swap.
  private static func exclusive(
    size: UInt32, o2: UInt32, load: Bool, o1: UInt32, _ s: X, o0: Bool, _ t2: X, _ n: X, _ t: X
  ) -> UInt32 {
    field(size, 31, 30)
      | field(0b001000, 29, 24)
      | field(o2, 23, 23)
      | field(load ? 1 : 0, 22, 22)  // L
      | field(o1, 21, 21)
      | field(s, 20, 16)
      | field(o0 ? 1 : 0, 15, 15)
      | field(t2, 14, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// `LDAR` or `STLR Rt, [Xn|SP]` of `1 << size` bytes — C6.2, LDAR, STLR and those of other sizes.
  static func ordered(load: Bool, size: UInt32, _ t: X, _ n: X) -> UInt32 {
    exclusive(size: size, o2: 1, load: load, o1: 0, .zr, o0: true, .zr, n, t)
  }
  /// `LDXR`, with `acquire` `LDAXR Rt, [Xn|SP]` — C6.2, LDXR, LDAXR and those of other sizes.
  static func loadExclusive(size: UInt32, acquire: Bool, _ t: X, _ n: X) -> UInt32 {
    exclusive(size: size, o2: 0, load: true, o1: 0, .zr, o0: acquire, .zr, n, t)
  }
  /// `STXR`, with `release` `STLXR Ws, Rt, [Xn|SP]`: `Ws` = 0 if it stored; is neither of the others — C6.2, STXR,
  /// STLXR and those of other sizes.
  static func storeExclusive(size: UInt32, release: Bool, _ s: X, _ t: X, _ n: X) -> UInt32 {
    exclusive(size: size, o2: 0, load: false, o1: 0, s, o0: release, .zr, n, t)
  }
  /// `LDXP`, with `acquire` `LDAXP Xt, Xt2, [Xn|SP]` — C6.2, LDXP, LDAXP.
  static func loadExclusivePair(acquire: Bool, _ t: X, _ t2: X, _ n: X) -> UInt32 {
    exclusive(size: 0b11, o2: 0, load: true, o1: 1, .zr, o0: acquire, t2, n, t)
  }
  /// `STXP`, with `release` `STLXP Ws, Xt, Xt2, [Xn|SP]` — C6.2, STXP, STLXP.
  static func storeExclusivePair(release: Bool, _ s: X, _ t: X, _ t2: X, _ n: X) -> UInt32 {
    exclusive(size: 0b11, o2: 0, load: false, o1: 1, s, o0: release, t2, n, t)
  }
  /// `CAS`, `CASA`, `CASL`, `CASAL Rs, Rt, [Xn|SP]` (FEAT_LSE): `Rs` is what is expected and what was found — C6.2, CAS
  /// and those of other sizes.
  static func compareAndSwap(size: UInt32, _ order: MemoryOrder, _ s: X, _ t: X, _ n: X) -> UInt32 {
    exclusive(size: size, o2: 1, load: order.acquires, o1: 1, s, o0: order.releases, .zr, n, t)
  }

  /// Operations on memory that are one instruction. Raw value: o3 and opc.
  enum AtomicMemory: UInt32 {
    case add = 0b0_000
    case clear = 0b0_001
    case eor = 0b0_010
    case set = 0b0_011
    case smax = 0b0_100
    case smin = 0b0_101
    case umax = 0b0_110
    case umin = 0b0_111
    case swap = 0b1_000
  }

  /// `LDADD`, `LDCLR` …, `SWP Rs, Rt, [Xn|SP]` (FEAT_LSE), acquiring (`A`) and releasing (`R`): the operand is `Rs`, what
  /// was found goes to `Rt` — C6.2, LDADD, …, SWP and those of other sizes.
  static func atomic(_ op: AtomicMemory, size: UInt32, _ order: MemoryOrder, _ s: X, _ t: X, _ n: X) -> UInt32 {
    field(size, 31, 30)
      | field(0b111, 29, 27)
      | field(0, 26, 26)  // no vector register
      | field(0b00, 25, 24)
      | field(order.acquires ? 1 : 0, 23, 23)  // A
      | field(order.releases ? 1 : 0, 22, 22)  // R
      | field(1, 21, 21)
      | field(s, 20, 16)
      | field(op.rawValue, 15, 12)
      | field(0b00, 11, 10)
      | field(n, 9, 5)
      | field(t, 4, 0)
  }

  /// Barriers. Raw value: CRm and op2.
  enum Barrier: UInt32 {
    case clrex = 0b1111_010
    /// Loads before it are done before loads and stores behind it, for the inner shareable domain.
    case dmbISHLD = 0b1001_101
    /// All accesses before it are done before all behind it, for the inner shareable domain.
    case dmbISH = 0b1011_101
    case isb = 0b1111_110
  }

  /// `CLREX`, `DMB`, `ISB` — C6.2, CLREX, DMB, ISB.
  static func barrier(_ barrier: Barrier) -> UInt32 {
    field(0b1101010100_0_00_011_0011, 31, 12) | field(barrier.rawValue, 11, 5) | field(0b11111, 4, 0)
  }
  /// `YIELD` — C6.2, YIELD.
  static let yield: UInt32 = nop | field(0b001, 7, 5)

  /// `MOV Vd.D[lane], Xn` — C7.2, INS (general): the other lane stays.
  static func insert(_ d: V, lane: UInt32, _ n: X) -> UInt32 {
    field(0b0_1_0_01110000, 31, 21)
      | field(lane << 4 | 0b1000, 20, 16)  // imm5
      | field(0b0_0011_1, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }
  /// `MOV Xd, Vn.D[lane]` — C7.2, UMOV.
  static func extract(_ d: X, _ n: V, lane: UInt32) -> UInt32 {
    field(0b0_1_0_01110000, 31, 21)
      | field(lane << 4 | 0b1000, 20, 16)  // imm5
      | field(0b0_0111_1, 15, 10)
      | field(n, 9, 5)
      | field(d, 4, 0)
  }
}
