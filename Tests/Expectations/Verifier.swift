import Ejit

/// Compares what ops become with what their definitions say, one op at a time.
public final class Verifier {
  /// What came of one op.
  public enum Outcome: Sendable {
    /// Both agree; `hash` of the op's instructions, 0 if there are none.
    case agrees(hash: UInt64)
    /// Refused by both.
    case refused
    /// Bytes that are not in this slice: not compared.
    case skipped
    /// The text that was read, and the text expected.
    case differs(read: String, expected: String)
  }

  private let target: Target
  var assembler: Assembler
  var reading: Reading
  private var x86_64: X86_64Expectation
  private var aarch64: AArch64Expectation
  private var program: [Instruction] = []

  /// Nil where LLVM's library is not installed.
  public init?(target: Target, features: Features) {
    guard let reading = Reading(target.architecture) else { return nil }
    self.target = target
    self.reading = reading
    assembler = Assembler(target: target, features: features)
    x86_64 = X86_64Expectation(target.abi, features)
    aarch64 = AArch64Expectation(features)
  }

  /// Lowers `instruction` with what it needs around it, its label `distance` bytes before or behind it, reads the bytes
  /// and compares. Of the bytes whose hash is not `slice.index` modulo `slice.count` nothing is read; what becomes no
  /// instructions is compared in the first slice.
  public func check(
    _ instruction: Instruction, label place: LabelPlace = .behind, distance: Int = 4,
    slice: (index: UInt64, count: UInt64) = (0, 1)
  ) -> Outcome {
    if let cases = LaidDown.cases(of: instruction, for: target) {
      return slice.index == 0 ? check(instruction, cases) : .skipped
    }
    write(instruction, place, distance)
    var isRefused = false
    do throws(EjitError) { try assembler.assemble(program) } catch { isRefused = true }
    if isRefused {
      return expect(instruction) == nil
        ? .refused : .differs(read: "refused", expected: expect(instruction)?.text ?? "")
    }
    let start = assembler.marks.offset(of: 0) ?? 0
    let end = assembler.marks.offset(of: 1) ?? start
    let label = Verifier.label(of: instruction).flatMap { assembler.offset(of: $0) } ?? -1
    let places = Reading.Places(start: start, end: end, label: label, beyond: beyond(instruction))
    return assembler.withCode { code in
      code.withUnsafeBytes { bytes in
        let code = bytes.assumingMemoryBound(to: UInt8.self)
        let hash = Verifier.hash(UnsafeBufferPointer(rebasing: code[start..<end]))
        guard hash % slice.count == slice.index else { return .skipped }
        return compare(instruction, code, places, hash)
      }
    }
  }

  private func compare(
    _ instruction: Instruction, _ code: UnsafeBufferPointer<UInt8>, _ places: Reading.Places, _ hash: UInt64
  ) -> Outcome {
    guard let expected = expect(instruction) else { return .differs(read: "lowered", expected: "refused") }
    guard reading.read(code, places) else { return .differs(read: "no instruction", expected: expected.text) }
    if isPadded(instruction) { reading.out.dropPadding() }
    if reading.out == expected { return .agrees(hash: hash) }
    return .differs(read: reading.out.text, expected: expected.text)
  }

  /// The bits of the op's code that can be turned over without that anyone notices: none should be, but for those that
  /// the machine ignores, REX.R and REX.X where there is no register for them (SDM vol. 2, §2.2.1.2), which are left out.
  func unnoticedBits(of instruction: Instruction) -> [Int] {
    if let cases = LaidDown.cases(of: instruction, for: target) { return unnoticedBits(of: instruction, cases) }
    guard case .agrees = check(instruction), let expected = expect(instruction) else { return [-1] }
    let code = assembler.copyCode()
    let start = assembler.marks.offset(of: 0) ?? 0
    let end = assembler.marks.offset(of: 1) ?? start
    let label = Verifier.label(of: instruction).flatMap { assembler.offset(of: $0) } ?? -1
    let places = Reading.Places(start: start, end: end, label: label, beyond: beyond(instruction))
    return (8 * start..<8 * end).filter { bit in
      if target.architecture == .x86_64 && code[bit / 8] >> 4 == 4 && (1...2).contains(bit % 8) { return false }
      var copy = code
      copy[bit / 8] ^= 1 << UInt8(bit % 8)
      return copy.withUnsafeBufferPointer { reading.read($0, places) } && reading.out == expected
    }.map { $0 - 8 * start }
  }

  /// The expected text; nil if the op must be refused.
  private func expect(_ instruction: Instruction) -> Listing? {
    do throws(NotAllowed) {
      switch target.architecture {
      case .x86_64:
        x86_64.t.clear()
        x86_64.target = "@to"
        try x86_64.write(instruction)
        x86_64.writeStub(instruction)
        return x86_64.t
      case .aarch64:
        aarch64.t.clear()
        aarch64.target = "@to"
        try aarch64.write(instruction)
        aarch64.writeStub(instruction)
        return aarch64.t
      }
    } catch {
      return nil
    }
  }

  // MARK: Surroundings

  private func write(_ instruction: Instruction, _ place: LabelPlace, _ distance: Int) {
    program.removeAll(keepingCapacity: true)
    let label = Verifier.label(of: instruction)
    if let label, place == .before { program += [.label(label), .nops(UInt32(distance))] }
    writeBefore(instruction)
    program.append(.mark(0))
    if case .jumpTable(_, _, let label) = instruction { program.append(.tableEntry(label)) }
    program.append(instruction)
    if instruction.isCallOperand { program.append(.callr(.saved(0))) }
    program.append(.mark(1))
    // Something behind the label: the tail, where tables are, begins elsewhere.
    if let label, place == .behind { program += [.nops(UInt32(distance)), .label(label), .nop] }
    if label == nil && Verifier.dependsOnDistance(instruction) { program.append(.nops(UInt32(distance))) }
  }

  /// Whether the bytes say how far it is to a label, or to the constants behind the code.
  static func dependsOnDistance(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .ldConstant, .ldPatchable, .fmovi, .fneg, .fabs, .fcopysign, .fminNum, .fmaxNum, .fround, .fcanon, .ftoi,
      .ftoiUnchecked, .itof:
      true
    default: label(of: instruction) != nil
    }
  }

  private func writeBefore(_ instruction: Instruction) {
    let (a, b) = (Register(0), Register(1))
    switch instruction {
    case .b(let condition, _), .sel(_, _, let condition, _, _), .setcc(_, let condition),
      .ccmp(_, let condition, _, _, _), .ccmpi(_, let condition, _, _, _):
      program.append(condition == .carry || condition == .noCarry ? .addFlags(a, a, b) : .cmp(a, b))
    case .adc, .carryToBorrow: program.append(.addFlags(a, a, b))
    case .sbb, .borrowToCarry: program.append(.cmp(a, b))
    case .call, .callr, .callm, .fastCall, .patchableCall, .push, .leave, .pass, .passi, .fpass, .variadic, .keep,
      .fkeep, .ldArgument, .fldArgument:
      program.append(.enter(0))
    case .pop(let registers): program += [.enter(0), .push(registers)]
    case .fastRet: program.append(.subroutine)
    default: break
    }
  }

  /// The label of an op that needs it bound behind or before it.
  static func label(of instruction: Instruction) -> Label? {
    switch instruction {
    case .b(_, let label), .j(let label), .branch(_, _, _, _, let label), .branchi(_, _, _, let label, _),
      .branchTest(_, _, _, _, let label), .branchTesti(_, _, _, let label, _), .branchBit(_, _, _, _, let label),
      .branchMem(_, _, _, _, let label, _), .branchMemi(_, _, _, _, let label, _), .decBranch(_, _, _, _, let label, _),
      .addOverflow(_, _, _, _, _, let label), .subOverflow(_, _, _, _, _, let label),
      .mulOverflow(_, _, _, _, _, let label), .sdivChecked(_, _, _, _, let label), .udivChecked(_, _, _, _, let label),
      .sremChecked(_, _, _, _, let label), .uremChecked(_, _, _, _, let label),
      .udivWideChecked(_, _, _, _, _, _, let label), .ldLabel(_, _, let label), .adr(_, let label),
      .fastCall(let label), .patchableJump(_, let label), .patchableCall(_, let label), .jumpTable(_, _, let label),
      .guard(_, _, _, _, _, let label), .guardi(_, _, _, _, let label, _), .fbranch(_, _, _, _, let label),
      .fldLabel(_, _, let label):
      label
    default: nil
    }
  }

  private func isPadded(_ instruction: Instruction) -> Bool {
    switch instruction {
    case .patchableCall, .patchableJump, .patchableNop: true
    default: false
    }
  }

  private func beyond(_ instruction: Instruction) -> Reading.Beyond {
    switch instruction {
    case .guard, .guardi: .stub
    case .fcanon: target.architecture == .aarch64 ? .stub : .value
    case .jumpTable: .table
    default: .value
    }
  }

  /// Different hashes are different bytes: counting them never counts too many.
  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    if bytes.isEmpty { return 0 }
    var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
    return (hash ^ hash >> 32) | 1 << 63
  }
}

extension Listing {
  /// Only the last line stays, if those before it do nothing.
  mutating func dropPadding() {
    let lines = bytes.split(separator: 10)
    guard let last = lines.last, lines.dropLast().allSatisfy({ $0.starts(with: "nop".utf8) }) else { return }
    bytes = last + [10]
  }
}

extension X86_64Expectation {
  /// The stub of a guard: its number, then on to the handler.
  mutating func writeStub(_ instruction: Instruction) {
    switch instruction {
    case .guard(_, _, _, _, let id, _), .guardi(_, _, _, let id, _, _):
      t("stub:")
      guard let temporary = try? r(.temporary(0)) else { return }
      const(temporary, UInt64(id.number))
      t("jmp @to")
    default: break
    }
  }
}

extension AArch64Expectation {
  /// The stub of a guard: its number, then on to the handler; that of a canonical NaN, and back.
  mutating func writeStub(_ instruction: Instruction) {
    switch instruction {
    case .guard(_, _, _, _, let id, _), .guardi(_, _, _, let id, _, _):
      t("stub:")
      guard let temporary = try? r(.temporary(0)) else { return }
      const(temporary, UInt64(id.number))
      t("b @to")
    case .fcanon(let w, let d, _):
      t("stub:")
      guard let d = try? v(d) else { return }
      constant(w, d, w == .w64 ? 0x7FF8_0000_0000_0000 : 0x7FC0_0000)
      t("b @end")
    default: break
    }
  }
}
