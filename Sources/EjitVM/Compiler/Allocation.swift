import Ejit

/// Where each web lives.
struct Allocation {
  enum Place: Equatable {
    case register(Int)
    case vector(Int)
    /// In its slot of the interpreter's frame; `tagged`: with its tag, which is looked at when it is needed.
    case slot(tagged: Bool)
    /// Nowhere: it is made where it is needed.
    case constant(Slot)
  }

  private(set) var places: [Place]
  let registers: RegisterPlan

  /// The most valuable webs choose first; two share a register if they are never live at once.
  init(_ webs: Webs, operations: Int, _ registers: RegisterPlan) {
    self.registers = registers
    places = [Place](repeating: .slot(tagged: true), count: webs.webs.count)
    var candidates: [Int] = []
    for (number, web) in webs.webs.enumerated() {
      if let constant = web.knowledge.constant {
        places[number] = .constant(constant)
      } else if web.knowledge.tag != nil {
        places[number] = .slot(tagged: false)
        if web.weight > 2 * web.callWeight && !web.segments.isEmpty { candidates.append(number) }
      }
    }
    candidates.sort { Allocation.value(webs.webs[$0]) > Allocation.value(webs.webs[$1]) }
    var general = RegisterUse(registers.general, positions: 2 * operations + 4)
    var vectors = RegisterUse(registers.vectors, positions: 2 * operations + 4)
    for number in candidates {
      let web = webs.webs[number]
      if web.knowledge.tag == .float {
        if let register = vectors.take(web) { places[number] = .vector(register) }
      } else if let register = general.take(web) {
        places[number] = .register(register)
      }
    }
  }

  private static func value(_ web: Webs.Web) -> Float {
    var length: Int32 = 0
    for segment in web.segments { length += segment.upperBound - segment.lowerBound }
    return (web.weight - 2 * web.callWeight) / Float(length + 8)
  }
}

/// The registers that values get, those that operations need for themselves, and those that arguments come in.
struct RegisterPlan {
  let general: [Int]
  let vectors: [Int]
  /// Never hold a web.
  let temporaries: [Register]
  let vectorTemporaries: [VectorRegister]
  /// The numbers of the first temporaries.
  let temporaryNumber: Int
  let vectorTemporaryNumber: Int
  /// The number of `Convention.payload`.
  let payload: Int

  init(_ abi: ABI) {
    let taken = [Convention.callee, Convention.tag].compactMap { abi.number(of: $0) }
    general = Convention.registers(abi).filter { !taken.contains($0) }
    temporaries = taken.map { Register($0) }
    let all = Convention.vectors(abi)
    vectors = Array(all.dropLast(2))
    vectorTemporaries = all.suffix(2).map { VectorRegister($0) }
    temporaryNumber = taken[0]
    payload = abi.number(of: Convention.payload) ?? taken[0]
    vectorTemporaryNumber = all[all.count - 2]
  }

  /// More arguments than these do not come in registers.
  static let argumentLimit = 6

  /// Where the arguments of a call with arguments in registers are; nil: they are all in slots.
  func arguments(_ tags: [Tag?]) -> [Allocation.Place]? {
    guard tags.count <= RegisterPlan.argumentLimit, !tags.contains(nil) else { return nil }
    var (integers, floats) = (0, 0)
    return tags.map { tag in
      if tag == .float {
        floats += 1
        return .vector(vectors[floats - 1])
      }
      integers += 1
      return .register(general[integers - 1])
    }
  }
}

/// At which positions registers are taken: a bit for each.
private struct RegisterUse {
  let registers: [Int]
  private let stride: Int
  private var bits: [UInt64]

  init(_ registers: [Int], positions: Int) {
    self.registers = registers
    stride = positions / 64 + 1
    bits = [UInt64](repeating: 0, count: stride * registers.count)
  }

  mutating func take(_ web: Webs.Web) -> Int? {
    if web.hint >= 0, let index = registers.firstIndex(of: web.hint), isFree(index, web) { return mark(index, web) }
    for index in registers.indices where isFree(index, web) { return mark(index, web) }
    return nil
  }

  private func isFree(_ index: Int, _ web: Webs.Web) -> Bool {
    for segment in web.segments {
      for word in Int(segment.lowerBound) / 64...Int(segment.upperBound - 1) / 64 {
        if bits[index * stride + word] & RegisterUse.mask(segment, word) != 0 { return false }
      }
    }
    return true
  }

  private mutating func mark(_ index: Int, _ web: Webs.Web) -> Int {
    for segment in web.segments {
      for word in Int(segment.lowerBound) / 64...Int(segment.upperBound - 1) / 64 {
        bits[index * stride + word] |= RegisterUse.mask(segment, word)
      }
    }
    return registers[index]
  }

  /// The positions of a segment that fall into a word.
  private static func mask(_ segment: Range<Int32>, _ word: Int) -> UInt64 {
    let low = max(Int(segment.lowerBound) - word * 64, 0)
    let high = min(Int(segment.upperBound) - word * 64, 64)
    return (high == 64 ? ~0 : (1 << UInt64(high)) - 1) & ~((1 << UInt64(low)) - 1)
  }
}
