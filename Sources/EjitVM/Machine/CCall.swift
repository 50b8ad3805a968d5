import CEjitShims
import Ejit

/// A call of a C function: its arguments dealt out as the convention of this machine wants them.
struct CCall {
  private var layout: ArgumentLayout
  private var integers: [8 of UInt64] = .init(repeating: 0)
  private var floats: [8 of Double] = .init(repeating: 0)
  private var stack: [16 of UInt64] = .init(repeating: 0)
  private var texts: [UnsafeMutableRawPointer] = []

  /// Calls `function` with the slots at `arguments`.
  static func call(
    _ function: CFunction, _ arguments: UnsafeMutablePointer<Slot>, _ count: Int
  ) throws(Failure) -> Slot {
    var call = CCall(layout: ArgumentLayout(Target.host.abi, isVariadic: function.isVariadic))
    defer { for text in call.texts { ejit_free(text) } }
    for index in 0..<count {
      if index == function.parameters.count { call.layout.beginVariable() }
      let kind = index < function.parameters.count ? function.parameters[index] : nil
      try call.add(arguments[index], kind)
    }
    return try call.make(function)
  }

  private init(layout: ArgumentLayout) { self.layout = layout }

  private mutating func add(_ slot: Slot, _ kind: CFunction.Parameter?) throws(Failure) {
    switch (Tag(rawValue: slot.tag)!, kind) {
    case (.int, .float?): try place(.float(.w64), Double(slot.int).bitPattern)
    case (.int, .int?), (.int, nil), (.bool, .int?), (.bool, nil): try place(.integer(.u64), slot.payload)
    case (.float, .float?), (.float, nil): try place(.float(.w64), slot.payload)
    case (.string, .string?), (.string, nil): try place(.integer(.u64), try text(slot))
    default: throw .trap(.typeError)
    }
  }

  private mutating func text(_ slot: Slot) throws(Failure) -> UInt64 {
    let bytes = slot.object.text
    guard let copy = ejit_allocate(bytes.count + 1) else { throw .trap(.outOfMemory) }
    if let source = bytes.baseAddress { copy.copyMemory(from: source, byteCount: bytes.count) }
    texts.append(copy)
    return UInt64(UInt(bitPattern: copy))
  }

  private mutating func place(_ type: ArgumentLayout.Argument, _ bits: UInt64) throws(Failure) {
    switch layout.next(type) {
    case .register(let number): integers[number] = bits
    case .vector(let number): floats[number] = Double(bitPattern: bits)
    case .both(let number, let vector):
      integers[number] = bits
      floats[vector] = Double(bitPattern: bits)
    case .stack(let offset, let size):
      guard offset + size <= 8 * 16 else { throw .trap(.hostFailure) }
      stack[offset / 8] = bits
    }
  }

  private func make(_ function: CFunction) throws(Failure) -> Slot {
    var results: [2 of UInt64] = .init(repeating: 0)
    var floatResults: [2 of Double] = .init(repeating: 0)
    let (integers, floats, stack) = (integers, floats, stack)
    let status = withUnsafeBytes(of: integers) { integers in
      withUnsafeBytes(of: floats) { floats in
        withUnsafeBytes(of: stack) { stack in
          withUnsafeMutableBytes(of: &results) { results in
            withUnsafeMutableBytes(of: &floatResults) { floatResults in
              ejit_call(
                function.address, integers.baseAddress?.assumingMemoryBound(to: UInt64.self),
                floats.baseAddress?.assumingMemoryBound(to: Double.self),
                stack.baseAddress?.assumingMemoryBound(to: UInt64.self),
                results.baseAddress?.assumingMemoryBound(to: UInt64.self),
                floatResults.baseAddress?.assumingMemoryBound(to: Double.self))
            }
          }
        }
      }
    }
    guard status == 0 else { throw .trap(.hostFailure) }
    switch function.result {
    case .int: return Slot(Int64(bitPattern: results[0]))
    case .int32: return Slot(Int64(Int32(truncatingIfNeeded: results[0])))
    case .float: return Slot(floatResults[0])
    case .none: return .nil
    }
  }
}
