import Ejit
import EjitText

/// The sweep over ops, widths, registers, classes of immediates, addresses and distances of labels.
public struct EncodingSweep {
  /// What was found of one op.
  public struct Row {
    /// The op.
    public let name: String
    /// Different sequences of bytes.
    public internal(set) var encodings = 0
    /// What was compared instead of instructions, if there are none.
    public internal(set) var laidDown: String?
    /// Compared, the same bytes by different operands counted again.
    public internal(set) var compared = 0
    /// Refused, as the definition says.
    public internal(set) var refused = 0
    /// How many did not agree.
    public internal(set) var mismatches = 0
    /// The first that did not agree.
    public internal(set) var example: String?
  }

  /// The most combinations of operands of one op that are tried, in all slices together.
  public var limit: UInt64 = 600_000
  private let target: Target
  private let slice: (index: UInt64, count: UInt64)
  private var all: [UInt64] = []

  /// A part of the sweep on one target: the encodings whose hash is `index` modulo `count`. Parts share none, so that
  /// their counts add up.
  public init(target: Target, slice: (index: Int, count: Int)) {
    self.target = target
    self.slice = (UInt64(slice.index), UInt64(slice.count))
  }

  /// Different sequences of bytes of all ops together.
  public mutating func distinct() -> Int { EncodingSweep.distinct(&all) }

  private static func distinct(_ hashes: inout [UInt64]) -> Int {
    hashes.sort()
    var (count, last) = (0, UInt64(0))
    for hash in hashes where hash != last { (count, last) = (count + 1, hash) }
    return count
  }

  /// Runs over all ops; nil where LLVM's library is not installed.
  public mutating func run(_ report: (Row) -> Void) -> Bool {
    let every = Features(rawValue: .max)
    guard let baseline = Verifier(target: target, features: .baseline),
      let full = Verifier(target: target, features: every)
    else { return false }
    let values = OperandValues(target.abi)
    for mnemonic in Mnemonic.allCases {
      var row = Row(name: mnemonic.name.description)
      var hashes: [UInt64] = []
      sweep(mnemonic, values, baseline, limit, &row, &hashes)
      sweep(mnemonic, values, full, limit / 8, &row, &hashes)
      row.encodings = EncodingSweep.distinct(&hashes)
      all += hashes
      report(row)
    }
    return true
  }

  private func sweep(
    _ mnemonic: Mnemonic, _ values: OperandValues, _ verifier: Verifier, _ limit: UInt64, _ row: inout Row,
    _ hashes: inout [UInt64]
  ) {
    var digits = Digits(mnemonic, values)
    let size = EncodingSweep.size(&digits)
    let distances = EncodingSweep.distances(digits.instruction(0), size)
    let choices = UInt64(distances.count)
    let whole = size.multipliedReportingOverflow(by: choices).overflow ? .max : size * choices
    // A step that shares no factor with the size visits everything once.
    let step = whole <= limit ? 1 : EncodingSweep.coprime(to: whole)
    var number: UInt64 = 0
    for _ in 0..<min(whole, limit) {
      let distance = distances[Int(number % choices)]
      let outcome = verifier.check(
        digits.instruction(number / choices), label: distance > 0 ? .behind : .before, distance: abs(distance),
        slice: slice)
      switch outcome {
      case .agrees(let hash):
        row.compared += 1
        if hash != 0 { hashes.append(hash) }
        if hash == 0 && row.laidDown == nil {
          row.laidDown = LaidDown.cases(of: digits.instruction(number / choices), for: target)?.first?.meaning
        }
      case .refused: row.refused += 1
      case .skipped: break
      case .differs(let read, let expected):
        row.mismatches += 1
        if row.example == nil {
          row.example = "\(digits.instruction(number / choices))\n\(read)-- expected:\n\(expected)"
        }
      }
      number = number &+ step
      if number >= whole { number %= whole }
    }
  }

  /// How far the label is: round the reach of a byte, and at all distances where there is little else to choose.
  private static func distances(_ instruction: Instruction, _ size: UInt64) -> [Int] {
    guard Verifier.dependsOnDistance(instruction) else { return [4] }
    let isShort = size < 500 || Verifier.label(of: instruction) == nil
    let near = isShort ? (1...1024).map { 4 * $0 } : [4, 96, 108, 112, 116, 120, 124, 128, 132, 4000]
    return near + near.map { -$0 }
  }

  /// How many combinations of operands there are: those of the form of address with the most digits.
  private static func size(_ digits: inout Digits) -> UInt64 {
    var size: UInt64 = 1
    for number in 0..<4096 as Range<UInt64> {
      _ = digits.instruction(number &* 0x9E37_79B9)
      size = max(size, digits.size)
    }
    return size
  }

  private static func coprime(to size: UInt64) -> UInt64 {
    var step = max(3, size / 1_000_003 * 618_034) | 1
    while gcd(step, size) != 1 { step += 2 }
    return step
  }

  private static func gcd(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : gcd(b, a % b) }
}
