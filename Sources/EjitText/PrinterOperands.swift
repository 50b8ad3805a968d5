import Ejit

extension Printer {
  /// An operand of the instruction at `index`.
  mutating func printOperand(_ operand: Operand, of index: Int) {
    switch operand {
    case .register(let register): print(register)
    case .immediate(let bits): printConstant(bits)
    case .pointer(let bits):
      if let name = program.extern(usedBy: index) { print(name) } else { printConstant(bits) }
    case .count(let value): print(value)
    case .int32(let value): print(value)
    case .uint32(let value): print(value)
    case .label(let label): print(program.name(of: label))
    case .condition(let condition): write(condition.name)
    case .memoryType(let type): write(type.name)
    case .signedness(let signedness): write(signedness.name)
    case .shift(let shift): write(shift.name)
    case .address(let address): print(address)
    case .memory(let memory): print(.at(memory.base, memory.displacement.value))
    case .registers(let set):
      write("saving ")
      print(set)
    case .savedVectors(let count):
      write("vectors ")
      print(count)
    case .registerList(let set): print(set)
    case .outcome(let outcome): write(outcome.name)
    case .memoryOperation(let operation): write(operation.name)
    case .memoryOrder(let order): write(order.name)
    case .atomicOperation(let operation): write(operation.name)
    case .prefetchAccess(let access): write(access.name)
    case .cacheLevel(let level): write(level.name)
    case .codeSection(let section): write(section.name)
    case .dataType(let type): write(type.name)
    case .datum(let bits, let type): printDatum(bits, type)
    case .vector(let register): print(register)
    case .floatCondition(let condition): write(condition.name)
    case .rounding(let rounding): write(rounding.name)
    case .floatType(let type): write(type.name)
    }
  }

  /// Small numbers in decimal, others as the bits they are.
  mutating func printConstant(_ bits: UInt64) {
    let value = Int64(bitPattern: bits)
    if value.magnitude < 1 << 32 { print(value) } else { printHex(bits) }
  }

  /// Floating-point numbers in the shortest decimal that means them, if one does: not NaNs with a payload.
  private mutating func printDatum(_ bits: UInt64, _ type: DataType) {
    let text: String
    switch type {
    case .u8, .u16, .u32, .u64: return printConstant(bits)
    case .f32: text = "\(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))"
    case .f64: text = "\(Double(bitPattern: bits))"
    }
    let literal = FloatLiteral(Array(text.utf8))
    let meant = type == .f32 ? literal.map { UInt64($0.single.bitPattern) } : literal?.double.bitPattern
    if meant == bits { bytes.append(contentsOf: text.utf8) } else { printHex(bits) }
  }

  private mutating func print(_ register: Register) {
    switch register.name {
    case .number(let number): write("r", number)
    case .argument(let index): write("arg", index)
    case .result(let index): write("res", index)
    case .saved(let index): write("saved", index)
    case .temporary(let index): write("tmp", index)
    case .sp: write("sp")
    case .invalid:
      write("r?")
      printHex(UInt64(register.rawValue))
    }
  }

  private mutating func print(_ register: VectorRegister) {
    switch register.name {
    case .number(let number): write("v", number)
    case .argument(let index): write("farg", index)
    case .result(let index): write("fres", index)
    case .saved(let index): write("fsaved", index)
    case .temporary(let index): write("ftmp", index)
    case .invalid:
      write("v?")
      printHex(UInt64(register.rawValue))
    }
  }

  private mutating func write(_ prefix: StaticString, _ number: Int) {
    write(prefix)
    print(number)
  }

  /// A set that holds what can be no member is written with such a member.
  private mutating func print(_ set: RegisterSet) {
    write("{")
    var separator: StaticString = ""
    for register in set.registers + (set.isInvalid ? [.sp] : []) {
      write(separator)
      separator = ", "
      print(register)
    }
    write("}")
  }

  private mutating func print(_ address: Address) {
    write("[")
    switch address.form {
    case .base(let displacement):
      print(address.base)
      printDisplacement(displacement)
    case .indexed(let shift, let displacement): printIndexed(address, shift: shift, displacement)
    case .extended(let signedness, let shift, let displacement):
      printIndexed(address, signedness == .signed ? "sxtw " : "uxtw ", shift: shift, displacement)
    case .absolute(let value): printHex(value)
    case .invalid(let displacement): printIndexed(address, shift: 4, displacement)
    }
    write("]")
  }

  private mutating func printIndexed(
    _ address: Address, _ extension: StaticString = "", shift: Int, _ displacement: Int32
  ) {
    print(address.base)
    write(" + ")
    write(`extension`)
    print(address.index)
    if shift > 0 { write(" << ", shift) }
    printDisplacement(displacement)
  }

  private mutating func printDisplacement(_ displacement: Int32) {
    if displacement == 0 { return }
    write(displacement < 0 ? " - " : " + ")
    print(displacement.magnitude)
  }
}

extension Program {
  /// The C function whose address the instruction at `index` holds.
  func extern(usedBy index: Int) -> Name? {
    var (low, high) = (0, externUses.count)
    while low < high {
      let middle = (low + high) / 2
      if externUses[middle].instruction < index { low = middle + 1 } else { high = middle }
    }
    guard low < externUses.count, externUses[low].instruction == index else { return nil }
    return externs[externUses[low].extern]
  }
}
