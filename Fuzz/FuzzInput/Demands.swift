import Ejit
import EjitText

/// What an op demands of its operands so that it is not refused.
struct Demands {
  /// Nothing is demanded: any operand will do.
  var isBold = false
  /// The width, chosen before it is asked for: immediates depend on it.
  var width = Width.w64
  /// The type of what lies in memory, chosen in the same way.
  var memory = MemoryType.u64
  /// How many of the conditions may be asked, from the first one on.
  var conditions = 18
  /// Bits that immediates may have, without sign.
  var immediateBits = 64
  /// The first two registers must differ.
  var areDistinct = false
  /// The memory orders that the op has.
  var orders = MemoryOrder.allCases
  /// How many registers were read.
  var registers = 0
  /// How many floating-point registers were read.
  var vectors = 0

  /// The demands of `op`.
  init(of op: Mnemonic, _ width: Width, _ memory: MemoryType) {
    self.width = width
    self.memory = memory
    immediateBits = Self.immediateBits(of: op, width, memory)
    conditions = Self.conditions(of: op)
    areDistinct = Self.areDistinct(op)
    orders = Self.orders(of: op)
  }

  init() {}

  private static func immediateBits(of op: Mnemonic, _ width: Width, _ memory: MemoryType) -> Int {
    switch op {
    case .shli, .shri, .sari, .rotli, .rotri: width == .w32 ? 5 : 6
    case .sti, .rmwi: 8 * memory.byteCount
    case .raw: 32
    case _: width == .w32 ? 32 : 64
    }
  }

  private static func conditions(of op: Mnemonic) -> Int {
    switch op {
    case .b, .sel, .setcc, .ccmp, .ccmpi: 18
    case .branchTest, .branchTesti, .branchBit, .decBranch: 2
    case _: 10
    }
  }

  private static func orders(of op: Mnemonic) -> [MemoryOrder] {
    switch op {
    case .ldAtomic: [.relaxed, .acquire, .sequential]
    case .stAtomic: [.relaxed, .release, .sequential]
    case _: MemoryOrder.allCases
    }
  }

  private static func areDistinct(_ op: Mnemonic) -> Bool {
    switch op {
    case .smulWide, .umulWide, .sdivmod, .udivmod, .udivWideChecked, .udivWideUnchecked, .ldPair, .ldPre, .ldPost,
      .stPre, .stPost, .addOverflowSet, .subOverflowSet, .mulOverflowSet, .casSet, .fldPair:
      true
    case _: false
    }
  }
}

extension MemoryType {
  /// Bytes in memory.
  var byteCount: Int {
    switch self {
    case .u8, .s8: 1
    case .u16, .s16: 2
    case .u32, .s32: 4
    case .u64, .s64: 8
    }
  }
}
