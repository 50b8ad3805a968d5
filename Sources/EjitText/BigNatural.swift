/// A natural number of any size, as far as exact decimal conversion needs one.
struct BigNatural {
  /// 64 bits each, the lowest first; the highest one is not 0.
  private var limbs: [UInt64]

  init(_ value: UInt64) { limbs = value == 0 ? [] : [value] }

  var isZero: Bool { limbs.isEmpty }

  /// How many bits the number has; 0 has none.
  var bitWidth: Int {
    guard let top = limbs.last else { return 0 }
    return limbs.count * 64 - top.leadingZeroBitCount
  }

  /// `self = self · factor + summand`.
  mutating func multiply(by factor: UInt64, adding summand: UInt64 = 0) {
    var carry = summand
    for index in limbs.indices {
      let (high, low) = limbs[index].multipliedFullWidth(by: factor)
      let (sum, overflow) = low.addingReportingOverflow(carry)
      limbs[index] = sum
      carry = overflow ? high + 1 : high
    }
    if carry > 0 { limbs.append(carry) }
  }

  /// `self = self · 10^exponent`.
  mutating func multiply(byPowerOfTen exponent: Int) {
    var rest = exponent
    while rest >= 19 {
      multiply(by: 10_000_000_000_000_000_000)
      rest -= 19
    }
    for _ in 0..<rest { multiply(by: 10) }
  }

  /// `self = self · 2^count`.
  mutating func shiftLeft(by count: Int) {
    if isZero || count == 0 { return }
    let (whole, bits) = (count / 64, UInt64(count % 64))
    if bits > 0 {
      var carry: UInt64 = 0
      for index in limbs.indices {
        let limb = limbs[index]
        limbs[index] = limb << bits | carry
        carry = limb >> (64 - bits)
      }
      if carry > 0 { limbs.append(carry) }
    }
    limbs.insert(contentsOf: repeatElement(0, count: whole), at: 0)
  }

  /// Subtracts `other`, if it is not greater; whether it was so.
  mutating func subtract(ifPossible other: BigNatural) -> Bool {
    guard other.isAtMost(self) else { return false }
    var borrow: UInt64 = 0
    for index in limbs.indices {
      let subtrahend = index < other.limbs.count ? other.limbs[index] : 0
      let (difference, first) = limbs[index].subtractingReportingOverflow(subtrahend)
      let (result, second) = difference.subtractingReportingOverflow(borrow)
      limbs[index] = result
      borrow = first || second ? 1 : 0
    }
    while limbs.last == 0 { limbs.removeLast() }
    return true
  }

  private func isAtMost(_ other: BigNatural) -> Bool {
    if limbs.count != other.limbs.count { return limbs.count < other.limbs.count }
    for index in limbs.indices.reversed() where limbs[index] != other.limbs[index] {
      return limbs[index] < other.limbs[index]
    }
    return true
  }
}
