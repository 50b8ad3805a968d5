import CEjitShims
import Ejit

/// Atomic accesses. They are those of the processor, in the strongest order: other threads may access the same memory.
/// What is not aligned has no result.
extension Machine {
  private func requireAligned(_ size: Int, _ address: UInt64) throws(Fault.Cause) {
    if address % UInt64(size) != 0 { throw Fault.Cause(kind: .undefinedResult, address: address) }
  }

  private func pointer(_ address: UInt64) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: UInt(address)).unsafelyUnwrapped
  }

  func loadAtomic(_ type: MemoryType, _ address: UInt64) throws(Fault.Cause) -> UInt64 {
    _ = try load(type, address)
    try requireAligned(type.byteCount, address)
    return Semantics.extended(type, ejit_atomic_load(pointer(address), type.byteCount))
  }

  func storeAtomic(_ type: MemoryType, _ value: UInt64, _ address: UInt64) throws(Fault.Cause) {
    try requireWritable(type, address)
    try requireAligned(type.byteCount, address)
    ejit_atomic_store(pointer(address), type.byteCount, value)
  }

  func compareAndSwap(
    _ type: MemoryType, _ expected: UInt64, _ value: UInt64, _ address: UInt64
  ) throws(Fault.Cause) -> (found: UInt64, isStored: Bool) {
    try requireWritable(type, address)
    try requireAligned(type.byteCount, address)
    var found = expected
    let isStored = ejit_atomic_compare_exchange(pointer(address), type.byteCount, &found, value)
    return (Semantics.extended(type, found), isStored)
  }

  /// What was found; it was combined with `a` before anybody else changed it.
  func fetch(
    _ operation: AtomicOperation, _ type: MemoryType, _ a: UInt64, _ address: UInt64
  ) throws(Fault.Cause) -> UInt64 {
    try requireWritable(type, address)
    var old = try loadAtomic(type, address)
    while true {
      let result = try compareAndSwap(type, old, Semantics.combined(operation, type, old, a), address)
      if result.isStored { return old }
      old = result.found
    }
  }

  func compareAndSwapPair(
    _ expected: (UInt64, UInt64), _ value: (UInt64, UInt64), _ address: UInt64
  ) throws(Fault.Cause) -> (UInt64, UInt64) {
    try requireWritable(.u64, address)
    try requireAligned(16, address)
    try requireWritable(.u64, address &+ 8)
    var (low, high) = expected
    ejit_atomic_compare_exchange_pair(pointer(address), &low, &high, value.0, value.1)
    return (low, high)
  }
}
