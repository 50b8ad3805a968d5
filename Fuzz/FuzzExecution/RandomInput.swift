import Ejit

/// Lends the bytes of the `index`-th random input: 64…575 of them.
func withRandomBytes<Result>(
  _ seed: UInt64, _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
) -> Result {
  var random = SplitMix(seed &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
  let count = 64 + Int(random.next() % 512)
  return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 8) { bytes in
    let raw = UnsafeMutableRawBufferPointer(bytes)
    for offset in stride(from: 0, to: count, by: 8) {
      raw.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
    }
    return body(UnsafeBufferPointer(rebasing: bytes[..<count]))
  }
}

/// Lends the `index`-th random input as decisions.
func withInput<Result>(_ seed: UInt64, _ index: Int, _ body: (inout Decisions) -> Result) -> Result {
  withRandomBytes(seed, index) { bytes in
    var decisions = Decisions(bytes)
    return body(&decisions)
  }
}
