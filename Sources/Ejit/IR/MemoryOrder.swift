/// What an atomic access or a fence promises to other threads about the accesses around it: the orders of C11
/// (N1570, §7.17.3), and what they mean there.
@frozen public enum MemoryOrder: UInt8, CaseIterable, Sendable {
  /// Nothing but that the access itself is whole.
  case relaxed
  /// No later access is done before it.
  case acquire
  /// No earlier access is done after it.
  case release
  /// Both; of an op that loads and stores.
  case acquireRelease
  /// Both, and all threads see all sequential accesses in one order.
  case sequential

  /// Whether what is loaded is ordered before what follows.
  @inlinable public var acquires: Bool { self == .acquire || self == .acquireRelease || self == .sequential }
  /// Whether what is stored is ordered behind what went before.
  @inlinable public var releases: Bool { self == .release || self == .acquireRelease || self == .sequential }
}

/// What an atomic op makes of a value in memory and an operand.
@frozen public enum AtomicOperation: UInt8, CaseIterable, Sendable {
  case add, sub, and, or, xor
  /// The operand alone.
  case exchange
  /// The lesser or greater of the two, as numbers of the type's size, signed or unsigned.
  case smin, smax, umin, umax
}
