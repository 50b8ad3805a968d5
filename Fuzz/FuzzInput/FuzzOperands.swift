import Ejit
import EjitText

/// Operands read from bytes.
extension FuzzBytes: OperandReader {
  package typealias Failure = Never

  package mutating func width() -> Width { demands.isBold ? Self.width(byte()) : demands.width }
  package mutating func memoryType() -> MemoryType { demands.isBold ? Self.memoryType(byte()) : demands.memory }

  static func width(_ byte: UInt8) -> Width { byte & 1 == 0 ? .w64 : .w32 }
  static func memoryType(_ byte: UInt8) -> MemoryType { MemoryType(rawValue: byte & 7) ?? .u8 }

  package mutating func register() -> Register { demands.isBold ? anyRegister() : commonRegister() }

  /// Mostly registers that exist, under number or role, sometimes `sp` or nothing at all.
  private mutating func anyRegister() -> Register {
    let choice = byte()
    switch choice >> 5 {
    case 0, 1, 2, 3: return Register(Int(choice & 15))
    case 4: return Register(Int(choice & 31))
    case 5: return .saved(Int(choice & 7))
    case 6: return choice & 1 == 0 ? .argument(Int(choice >> 1 & 7)) : .result(Int(choice >> 1 & 1))
    default: return choice & 1 == 0 ? .sp : Register(rawValue: byte())
    }
  }

  /// Registers that all conventions have. Numbers are the first ones, so that operands are aliases often.
  private mutating func commonRegister() -> Register {
    let choice = byte()
    demands.registers += 1
    if demands.areDistinct && demands.registers <= 2 {
      // Roles that no convention gives the same register.
      let half = Int(choice & 1)
      return demands.registers == 1 ? .saved(half) : choice & 2 == 0 ? .saved(2 + half) : .argument(2 + half)
    }
    switch choice >> 5 {
    case 0, 1, 2: return Register(Int(choice & 31) % 13)
    case 3: return .result(0)
    case 4: return .argument(Int(choice & 3))
    case 5: return .temporary(0)
    default: return .saved(Int(choice & 31) % 5)
    }
  }

  private mutating func base() -> Register {
    let choice = byte()
    if choice & 15 == 0 && !(demands.areDistinct && demands.registers < 2) { return .sp }
    return register()
  }

  package mutating func immediate() -> UInt64 {
    let value = value()
    return demands.isBold || demands.immediateBits == 64 ? value : value & (1 << UInt64(demands.immediateBits) - 1)
  }

  package mutating func pointer() -> UInt64 { immediate() }

  /// Counts that every width has, and positions that leave room for as many bits.
  package mutating func count() -> UInt8 { demands.isBold ? byte() % 66 : 1 + byte() & 15 }

  package mutating func int32() -> Int32 { Int32(truncatingIfNeeded: value()) }
  package mutating func uint32() -> UInt32 { UInt32(truncatingIfNeeded: value()) }

  package mutating func label() -> Label {
    let choice = byte()
    if !demands.isBold { return order.use(choice) }
    return Label(choice < 250 ? UInt32(choice & 15) : UInt32(truncatingIfNeeded: word()))
  }

  package mutating func condition() -> Condition {
    let count = demands.isBold ? 18 : demands.conditions
    return Condition(rawValue: byte() % UInt8(count)) ?? .eq
  }

  package mutating func signedness() -> Signedness { byte() & 1 == 0 ? .signed : .unsigned }
  package mutating func shift() -> Shift { Shift(rawValue: byte() % 3) ?? .shl }
  package mutating func outcome() -> Outcome { Outcome(rawValue: byte() % 3) ?? .less }
  package mutating func memoryOperation() -> MemoryOperation { MemoryOperation(rawValue: byte() % 5) ?? .add }
  package mutating func memoryOrder() -> MemoryOrder {
    let orders = demands.isBold ? MemoryOrder.allCases : demands.orders
    return orders[Int(byte()) % orders.count]
  }
  package mutating func atomicOperation() -> AtomicOperation { AtomicOperation(rawValue: byte() % 10) ?? .add }
  package mutating func prefetchAccess() -> PrefetchAccess { byte() & 1 == 0 ? .read : .write }
  package mutating func cacheLevel() -> CacheLevel { CacheLevel(rawValue: byte() & 3) ?? .l1 }
  package mutating func codeSection() -> CodeSection { byte() & 1 == 0 ? .hot : .cold }
  package mutating func dataType() -> DataType { DataType(rawValue: byte() % 6) ?? .u8 }

  package mutating func memory() -> Operand.Memory {
    Operand.Memory(base: base(), displacement: Displacement(int32()))
  }

  package mutating func address() -> Address {
    let shift = byte()
    let shiftMask: UInt8 = demands.isBold ? 7 : 3
    switch shift >> 3 & 7 {
    case 0, 1, 2: return .at(base(), int32())
    case 3, 4: return .at(base(), register(), shift: Int(shift & shiftMask), int32())
    case 5, 6: return .at(base(), signedness(), register(), shift: Int(shift & shiftMask), int32())
    default: return .absolute(value())
    }
  }

  /// The registers of a frame, or of a list: those that calls preserve.
  package mutating func registers() -> RegisterSet {
    let choice = byte()
    var set = RegisterSet()
    for index in 0..<5 where choice >> UInt8(index) & 1 == 1 {
      set.insert(demands.isBold ? register() : .saved(index))
    }
    return set
  }

  package mutating func savedVectors() -> UInt8 { demands.isBold ? byte() & 15 : 0 }

  package mutating func registerList() -> RegisterSet { registers() }

  /// Mostly registers that all conventions have, under number or role.
  package mutating func vector() -> VectorRegister {
    let choice = byte()
    demands.vectors += 1
    if demands.areDistinct && !demands.isBold {
      return VectorRegister(Int(choice % 7) + (demands.vectors == 1 ? 0 : 8))
    }
    switch choice >> 5 {
    case 0, 1, 2, 3: return VectorRegister(Int(choice & 31) % 15)
    case 4: return demands.isBold ? VectorRegister(Int(choice & 31)) : VectorRegister(Int(choice & 7))
    case 5: return .argument(Int(choice & 3))
    case 6: return choice & 1 == 0 ? .result(0) : .temporary(Int(choice >> 1 & 1))
    default: return demands.isBold ? VectorRegister(rawValue: byte()) : .temporary(Int(choice & 1))
    }
  }
  package mutating func floatCondition() -> FloatCondition { FloatCondition(rawValue: byte() % 14) ?? .oeq }
  package mutating func rounding() -> Rounding { Rounding(rawValue: byte() % 5) ?? .floor }
  package mutating func floatType() -> FloatType { byte() & 1 == 0 ? .f64 : .f32 }

  /// Bits that `type` has.
  package mutating func datum(_ type: DataType) -> UInt64 {
    let value = value()
    if demands.isBold { return value }
    switch type {
    case .u8: return value & 0xFF
    case .u16: return value & 0xFFFF
    case .u32, .f32: return value & 0xFFFF_FFFF
    case .u64, .f64: return value
    }
  }
}
