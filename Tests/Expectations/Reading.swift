import Ejit

/// What stands in bytes of code, as `Listing`s of expectations are written: targets by what lies there, constants of
/// AArch64 as one line.
struct Reading {
  /// Where things lie, in bytes from the start of the code.
  struct Places {
    var start: Int
    var end: Int
    /// The label that the op names; -1 if none.
    var label: Int
    /// How a place behind the op is named.
    var beyond: Beyond
  }
  enum Beyond { case value, stub, table }

  private struct Piece {
    var range: Range<Int>  // of `texts`
    var rest: Range<Int>  // of `texts`, behind what is relative to rip
    var offset: Int
    var target: Int?
  }

  private let disassembler: LLVMDisassembler
  private let isX86_64: Bool
  private var texts: [UInt8] = []
  private var pieces: [Piece] = []
  private var labels: [Int] = []
  private var constant: (register: [UInt8], value: UInt64)?
  var out = Listing()

  init?(_ architecture: Target.Architecture) {
    guard let disassembler = LLVMDisassembler(for: architecture) else { return nil }
    (self.disassembler, isX86_64) = (disassembler, architecture == .x86_64)
  }

  /// Whether all bytes are instructions that end where the op does.
  mutating func read(_ code: UnsafeBufferPointer<UInt8>, _ places: Places) -> Bool {
    out.clear()
    guard decode(code, places.start..<places.end, places) else { return false }
    print(code, places)
    guard places.beyond == .stub, let stub = pieces.compactMap(\.target).last else { return true }
    out.append("stub:\n".utf8)
    var inside = places
    inside.beyond = .value
    guard decode(code, stub..<code.count, inside, isStub: true) else { return false }
    print(code, inside)
    return true
  }

  /// Whether the bytes are instructions that do nothing, the last of which ends where they do.
  func isIdle(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      var offset = 0
      while offset < bytes.count {
        let rest = UnsafeBufferPointer(rebasing: bytes[offset...])
        guard let (text, length) = disassembler.first(of: rest), text.starts(with: "nop".utf8) else { return false }
        offset += length
      }
      return offset == bytes.count
    }
  }

  /// Whether the range is instructions; of a stub as far as the jump that it ends with, behind which constants may lie.
  private mutating func decode(
    _ code: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ places: Places, isStub: Bool = false
  ) -> Bool {
    texts.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    var offset = range.lowerBound
    // LOCK in front of REX is read as an instruction of its own.
    var locked: Piece?
    while offset < range.upperBound {
      let start = locked?.range.lowerBound ?? texts.count
      var length = 4
      let bytes = UnsafeBufferPointer(rebasing: code[offset..<range.upperBound])
      if let (text, count) = disassembler.first(of: bytes) {
        texts += text
        length = count
      } else if !isX86_64, bytes.count >= 4, let text = CSSC.text(of: bytes) {
        texts += text
      } else {
        return false
      }
      if isX86_64, texts[start...].elementsEqual("lock".utf8) {
        locked = Piece(range: start..<start, rest: start..<start, offset: offset)
        texts.append(32)
        offset += length
        continue
      }
      var piece = Piece(
        range: start..<texts.count, rest: texts.count..<texts.count, offset: locked?.offset ?? offset)
      locked = nil
      if let (distance, cut, rest) = distance(start) {
        piece.target = offset + distance + (isX86_64 ? length : 0)
        piece.range = start..<cut
        piece.rest = rest..<texts.count
        if let target = piece.target, target != places.label, target >= places.start, target < places.end {
          labels.append(target)
        }
      }
      pieces.append(piece)
      offset += length
      if isStub && texts[start...].starts(with: isX86_64 ? "jmp ".utf8 : "b ".utf8) { break }
    }
    labels.sort()
    return (isStub || offset == range.upperBound) && locked == nil
  }

  /// The distance in a line that has one, where it begins and what is behind it.
  private func distance(_ start: Int) -> (Int, Int, Int)? {
    guard let space = texts[start...].lastIndex(of: 32) else { return nil }
    if isX86_64 {
      let isJump = texts[start] == UInt8(ascii: "j") || texts[start...].starts(with: "call ".utf8)
      if !isJump || texts[texts.count - 1] == UInt8(ascii: "]") { return ripDistance(start) }
      guard let value = number(space + 1, texts.count) else { return nil }
      return (value, space + 1, texts.count)
    }
    guard texts[space + 1] == UInt8(ascii: "#"), branches(start), let value = number(space + 2, texts.count) else {
      return nil
    }
    return (value, space + 1, texts.count)
  }

  /// `[rip + n]`, `[rip - n]`; where an operand follows, it is behind the bracket.
  private func ripDistance(_ start: Int) -> (Int, Int, Int)? {
    guard let bracket = texts[start...].lastIndex(of: UInt8(ascii: "[")),
      texts[(bracket + 1)...].starts(with: "rip".utf8), let end = texts[bracket...].firstIndex(of: UInt8(ascii: "]"))
    else { return nil }
    guard bracket + 7 < end, let value = number(bracket + 7, end) else { return nil }
    return (texts[bracket + 5] == UInt8(ascii: "-") ? -value : value, bracket + 5, end + 1)
  }

  private func branches(_ start: Int) -> Bool {
    let text = texts[start...]
    switch texts[start] {
    case UInt8(ascii: "b"):
      return [32, UInt8(ascii: "."), UInt8(ascii: "l")].contains(texts[start + 1]) && !text.starts(with: "blr".utf8)
    case UInt8(ascii: "c"): return text.starts(with: "cbz".utf8) || text.starts(with: "cbnz".utf8)
    case UInt8(ascii: "t"): return text.starts(with: "tbz".utf8) || text.starts(with: "tbnz".utf8)
    case UInt8(ascii: "a"): return text.starts(with: "adr ".utf8)
    case UInt8(ascii: "l"): return text.starts(with: "ldr".utf8) && !text.contains(UInt8(ascii: "["))
    case _: return false
    }
  }

  private func number(_ from: Int, _ to: Int) -> Int? {
    var (value, index, isNegative) = (0, from, false)
    if index < to, texts[index] == UInt8(ascii: "-") { (isNegative, index) = (true, index + 1) }
    guard index < to else { return nil }
    while index < to {
      guard texts[index] >= 48, texts[index] <= 57 else { return nil }
      value = value * 10 + Int(texts[index] - 48)
      index += 1
    }
    return isNegative ? -value : value
  }

  // MARK: Printing

  private mutating func print(_ code: UnsafeBufferPointer<UInt8>, _ places: Places) {
    for piece in pieces {
      if let label = labels.firstIndex(of: piece.offset) {
        flush()
        flush()
        out.append([65 + UInt8(distinctBefore(label)), 58, 10])
      }
      if !isX86_64 && piece.target == nil && takesConstant(piece.range) { continue }
      flush()
      out.append(texts[piece.range])
      if let target = piece.target { printTarget(target, code, places) }
      out.append(texts[piece.rest])
      out.append([10])
    }
    flush()
  }

  /// How many different labels lie before `labels[index]`.
  private func distinctBefore(_ index: Int) -> Int {
    var count = 0
    for place in 0..<index where labels[place + 1] != labels[place] { count += 1 }
    return count
  }

  private mutating func printTarget(_ target: Int, _ code: UnsafeBufferPointer<UInt8>, _ places: Places) {
    switch target {
    case places.label: out.append("@to".utf8)
    case places.end where places.beyond != .table: out.append("@end".utf8)
    case _ where labels.contains(target):
      out.append([64, 65 + UInt8(distinctBefore(labels.firstIndex(of: target) ?? 0))])
    case _:
      switch places.beyond {
      case .stub: out.append("@stub".utf8)
      case .table: out.append("@table".utf8)
      case .value:
        out.append("@=".utf8)
        if target >= 0, target + 8 <= code.count {
          out.bytes.appendHex((0..<8).reduce(0) { $0 | UInt64(code[target + $1]) << UInt64(8 * $1) })
        }
      }
    }
    if out.bytes.last != 93 && isRelative { out.append([93]) }
  }

  /// Whether the line being printed is relative to rip.
  private var isRelative: Bool {
    guard isX86_64 else { return false }
    let line = out.bytes[((out.bytes.lastIndex(of: 10) ?? -1) + 1)...]
    return line.contains(UInt8(ascii: "["))
  }

  // MARK: Constants of AArch64

  /// Whether the line is part of a constant, which then waits for `flush`.
  private mutating func takesConstant(_ range: Range<Int>) -> Bool {
    let first = texts[range.lowerBound]
    guard first == UInt8(ascii: "m") || first == UInt8(ascii: "o") else { return false }
    let words = texts[range].split(separator: 32)
    guard words.count >= 3, words[1].last == 44 else { return false }
    let register = Array(words[1].dropFirst().dropLast())
    let isWide = words[1].first == UInt8(ascii: "x")
    if words[0].elementsEqual("movk".utf8), let current = constant, current.register == register {
      guard let value = literal(words[2]) else { return false }
      let shift = words.count > 4 ? literal(words[4]) ?? 0 : 0
      let mask: UInt64 = 0xFFFF << shift
      constant = (register, current.value & ~mask | value << shift)
      return true
    }
    var value: UInt64?
    if words.count == 3, words[0].elementsEqual("mov".utf8) { value = literal(words[2]) }
    if words.count == 4, words[0].elementsEqual("orr".utf8), words[2].dropFirst().elementsEqual("zr,".utf8) {
      value = literal(words[3])
    }
    guard let value else { return false }
    flush()
    constant = (register, isWide ? value : value & 0xFFFF_FFFF)
    return true
  }

  private mutating func flush() {
    guard let (register, value) = constant else { return }
    out.append("const x".utf8)
    out.append(register)
    out.append(", ".utf8)
    out.bytes.appendHex(value)
    out.append([10])
    constant = nil
  }

  /// `#123`, `#-123`, `#0x7f`, with or without a comma behind.
  private func literal(_ word: ArraySlice<UInt8>) -> UInt64? {
    guard word.first == UInt8(ascii: "#") else { return nil }
    var digits = word.dropFirst()
    if digits.last == 44 { digits = digits.dropLast() }
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    let isHex = digits.starts(with: "0x".utf8)
    var value: UInt64 = 0
    for digit in isHex ? digits.dropFirst(2) : digits {
      let nibble = digit > 96 ? digit - 87 : digit - 48
      value = value &* (isHex ? 16 : 10) &+ UInt64(nibble)
    }
    return isNegative ? 0 &- value : value
  }
}

/// Instructions of FEAT_CSSC, which LLVM reads from version 16 on. Arm ARM C4.1, Data-processing (1 source) and (2
/// source).
enum CSSC {
  static func text(of bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << UInt32(8 * $1) }
    let (d, n, m) = (Int(word & 31), Int(word >> 5 & 31), Int(word >> 16 & 31))
    let w: Width = word >> 31 == 1 ? .w64 : .w32
    func name(_ number: Int) -> StaticString { AArch64Register(number: number)[w] }
    let opcode = Int(word >> 10 & 63)
    switch word >> 16 & 0x7FFF {
    case 0b101_1010_1100_0000:  // one source
      guard let op = ([6: "ctz", 7: "cnt", 8: "abs"] as [Int: StaticString])[opcode] else { return nil }
      return ("\(op) \(name(d)), \(name(n))" as Line).bytes
    case 0b001_1010_1100_0000...0b001_1010_1101_1111:  // two sources
      let ops: [Int: StaticString] = [24: "smax", 25: "umax", 26: "smin", 27: "umin"]
      guard let op = ops[opcode] else { return nil }
      return ("\(op) \(name(d)), \(name(n)), \(name(m))" as Line).bytes
    case _: return nil
    }
  }
}
