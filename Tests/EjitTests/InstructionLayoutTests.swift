import Ejit
import EjitText
import TestSupport
import Testing

/// The memory layout of `Instruction`, which the form table of the lowering reads without a `switch`.
@Suite struct InstructionLayoutTests {
  private func bytes(_ instruction: Instruction) -> [UInt8] { withUnsafeBytes(of: instruction) { [UInt8]($0) } }

  @Test func instructionsAreSixteenTrivialBytes() {
    #expect(MemoryLayout<Instruction>.size == 16)
    #expect(MemoryLayout<Instruction>.stride == 16)
    #expect(_isPOD(Instruction.self))
    #expect(MemoryLayout<Immediate>.size == 9 && MemoryLayout<Imm64>.size == 8 && MemoryLayout<Label>.size == 4)
  }

  @Test func payloadsLieWhereTheFormTableLooks() {
    let registers = [Register(9), Register(10), Register(11)]
    var lists = OperandLists()
    (lists.widths, lists.immediates, lists.shiftCounts) = ([.w32], [0x1234_5678], [21])
    for op in Mnemonic.allCases where op.hasWidth {
      let kinds = op.operands
      let count = kinds.prefix { $0 == .register }.count
      guard (1...3).contains(count), kinds.dropFirst(count).allSatisfy({ $0 == .immediate || $0 == .pointer }) else {
        continue
      }
      for instruction in op.instances(registers: registers, lists) {
        let bytes = bytes(instruction)
        #expect(bytes[0] == Width.w32.rawValue, "\(op.text)")
        #expect(Array(bytes[1...count]) == [9, 10, 11].prefix(count).map { $0 }, "\(op.text)")
        guard kinds.count > count else { continue }
        let value: UInt64 = instruction.isShiftByConstant ? 21 : 0x1234_5678
        #expect(bytes[4..<12].reversed().reduce(0) { $0 << 8 | UInt64($1) } == value, "\(op.text)")
        #expect(bytes[12] == Immediate(bits: value).size.rawValue, "\(op.text)")
      }
    }
  }

  @Test func addressesLieWhereTheFormTableLooks() {
    let (d, base, index) = (Register(9), Register(10), Register(11))
    for type in MemoryType.allCases {
      for access in [{ Instruction.ld(type, d, $0) }, { (address: Address) in Instruction.st(type, d, address) }] {
        let plain = bytes(access(.at(base, -300)))
        #expect(plain[0] == type.rawValue && plain[1] == 9 && plain[2] == 10)
        #expect(Array(plain[4..<12]) == [0xD4, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(plain[12] == Immediate.SizeClass.negative4095.rawValue)
        let indexed = bytes(access(.at(base, index, shift: 3, 8)))
        #expect(indexed[2] == 10 && indexed[3] == 11 && indexed[4] == 8)
        #expect(indexed[12] == 4 << 4 | Immediate.SizeClass.below32.rawValue)
        #expect(bytes(access(.absolute(0x1234)))[12] >> 4 == 5)
      }
    }
  }

  /// Byte 15 tells ops with a payload apart; ops without one share a value, and byte 0 tells them apart.
  @Test func lastByteIsTheCase() {
    var cases: [UInt8: [Mnemonic]] = [:]
    for op in Mnemonic.allCases {
      var lists = OperandLists()
      lists.conditions = [.eq]
      for rotation in 0..<2 {
        let registers = (0..<8).map { Register($0 * 7 % 13 + rotation) }
        for instruction in op.instances(registers: registers, lists) {
          if cases[bytes(instruction)[15]]?.last != op { cases[bytes(instruction)[15], default: []].append(op) }
        }
      }
    }
    let plain = cases.values.filter { $0.count > 1 }
    #expect(plain.count == 1)
    let ops = Set(plain.first ?? [])
    #expect(ops == Set(Mnemonic.allCases.filter { $0.operands.isEmpty && !$0.hasWidth }))
    let first = ops.map { bytes($0.instances(registers: [], OperandLists())[0])[0] }
    #expect(Set(first).count == ops.count)
  }

  @Test func sizeClassesAreThoseOfTheirRanges() {
    let borders: [(Int64, Immediate.SizeClass)] = [
      (0, .zero), (1, .below32), (31, .below32), (32, .below64), (63, .below64), (64, .below128), (127, .below128),
      (128, .below4096), (4095, .below4096), (4096, .below65536), (65535, .below65536), (65536, .positive32),
      (0x7FFF_FFFF, .positive32), (0x8000_0000, .unsigned32), (0xFFFF_FFFF, .unsigned32), (0x1_0000_0000, .wide),
      (.max, .wide), (-1, .negative8), (-128, .negative8), (-129, .negative4095), (-4095, .negative4095),
      (-4096, .negative65536), (-65536, .negative65536), (-65537, .negative32), (-0x8000_0000, .negative32),
      (-0x8000_0001, .wide), (.min, .wide),
    ]
    for (value, size) in borders { #expect(Immediate(value).size == size, "\(value)") }
  }
}

extension Instruction {
  fileprivate var isShiftByConstant: Bool { [.shli, .shri, .sari, .rotli, .rotri].contains(Statement(self).mnemonic) }
}
