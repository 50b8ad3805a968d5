import EjitVM

extension ReferenceMachine {
  private var top: Int { frames.count - 1 }

  /// Executes one instruction; the result, if it was the return of the first frame.
  mutating func step() throws(Interruption) -> ReferenceValue? {
    frames[top].place = frames[top].next
    let opcode = Opcode(rawValue: frames[top].byte())!
    switch opcode {
    case .jump, .jumpIf, .jumpUnless, .switch: try frames[top].jump(opcode)
    case .call: try enter(frames[top].number())
    case .callIndirect: try callIndirect(frames[top].number())
    case .callHost: try callHost(module.hosts[frames[top].number()])
    case .throw: throw .thrown(frames[top].pop())
    case .return:
      let result = frames[top].pop()
      frames.removeLast()
      if frames.isEmpty { return result }
      frames[top].stack.append(result)
    case .const: push(module.constants[frames[top].number()])
    case .arrayNew:
      let kind = ArrayKind(rawValue: frames[top].byte())!
      let count = try frames[top].pop().int
      if count < 0 { throw .trap(.indexOutOfRange) }
      if count > elementLimit { throw .trap(.outOfMemory) }
      frames[top].stack.append(.array(ReferenceArray(kind, count: Int(count))))
    default:
      try frames[top].execute(opcode)
      // Only joining strings makes one.
      if opcode == .add, case .string(let bytes) = frames[top].stack[frames[top].stack.count - 1],
        bytes.count > elementLimit
      {
        throw .trap(.outOfMemory)
      }
    }
    return nil
  }

  private mutating func push(_ constant: Module.Constant) {
    switch constant {
    case .float(let bits): frames[top].stack.append(.float(Double(bitPattern: bits)))
    case .string(let bytes): frames[top].stack.append(.string(bytes))
    case .function(let number): frames[top].stack.append(.int(Int64(number)))
    }
  }

  private mutating func enter(_ number: Int) throws(Interruption) {
    // One frame is not inside a call.
    if frames.count > depthLimit { throw .trap(.stackOverflow) }
    let function = module.functions[number]
    let arguments = frames[top].pop(function.arguments)
    frames.append(ReferenceFrame(number, function, arguments))
  }

  private mutating func callIndirect(_ count: Int) throws(Interruption) {
    let number = try frames[top].pop().int
    guard 0 <= number, number < module.functions.count else { throw .trap(.indexOutOfRange) }
    if module.functions[Int(number)].arguments != count { throw .trap(.typeError) }
    try enter(Int(number))
  }

  private mutating func callHost(_ host: Module.Host) throws(Interruption) {
    let arguments = frames[top].pop(host.arguments)
    switch hosts[host.name]?(arguments) {
    case .value(let value): frames[top].stack.append(value)
    case .thrown(let value): throw .thrown(value)
    case .failure, nil: throw .trap(.hostFailure)
    }
  }
}

extension ReferenceFrame {
  mutating func jump(_ opcode: Opcode) throws(Interruption) {
    switch opcode {
    case .switch:
      let count = number()
      let distances = (0...count).map { _ in integer() }
      let value = try pop().int
      jump(0 <= value && value < count ? distances[Int(value)] : distances[count])
    case .jump: jump(integer())
    default:
      let distance = integer()
      guard case .bool(let condition) = pop() else { throw .trap(.typeError) }
      if condition == (opcode == .jumpIf) { jump(distance) }
    }
  }

  /// An instruction that concerns this frame only and goes on behind itself.
  mutating func execute(_ opcode: Opcode) throws(Interruption) {
    switch opcode {
    case .constInt: stack.append(.int(integer()))
    case .true: stack.append(.bool(true))
    case .false: stack.append(.bool(false))
    case .nil: stack.append(.nil)
    case .localGet: stack.append(locals[number()]!)
    case .localSet: locals[number()] = pop()
    case .localTee: locals[number()] = stack[stack.count - 1]
    case .dup: stack.append(stack[stack.count - 1])
    case .swap: stack.swapAt(stack.count - 1, stack.count - 2)
    case .drop: _ = pop()
    case .neg, .not, .toInt, .toFloat, .sqrt, .abs, .floor: stack.append(try pop().unary(opcode))
    case .arrayGet, .arraySet, .arrayLen, .arrayPush, .stringLen, .stringAt: try collection(opcode)
    default:
      let b = pop()
      stack.append(try pop().binary(opcode, b))
    }
  }

  /// What is checked, in this order: the array, that the index is an integer, that there is such an element, that the
  /// array may hold the value.
  private mutating func collection(_ opcode: Opcode) throws(Interruption) {
    let value = opcode == .arraySet || opcode == .arrayPush ? pop() : .nil
    let position = opcode == .arrayGet || opcode == .arraySet || opcode == .stringAt ? pop() : nil
    if opcode == .stringLen || opcode == .stringAt {
      guard case .string(let bytes) = pop() else { throw .trap(.typeError) }
      guard let position else { return stack.append(.int(Int64(bytes.count))) }
      return stack.append(.int(Int64(bytes[try position.index(below: bytes.count)])))
    }
    guard case .array(let array) = pop() else { throw .trap(.typeError) }
    let index = try position?.index(below: array.elements.count)
    guard array.mayHold(value) || opcode == .arrayGet || opcode == .arrayLen else { throw .trap(.typeError) }
    switch opcode {
    case .arrayGet: stack.append(array.elements[index!])
    case .arraySet: array.elements[index!] = value
    case .arrayPush: array.elements.append(value)
    default: stack.append(.int(Int64(array.elements.count)))
    }
  }
}

extension ReferenceValue {
  var int: Int64 {
    get throws(Interruption) {
      guard case .int(let value) = self else { throw .trap(.typeError) }
      return value
    }
  }

  func index(below count: Int) throws(Interruption) -> Int {
    let value = try int
    guard 0 <= value, value < count else { throw .trap(.indexOutOfRange) }
    return Int(value)
  }
}
