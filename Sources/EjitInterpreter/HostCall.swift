import CEjitShims
import Ejit

/// A call of a C function of this process: its arguments, dealt out as the convention of this machine wants them, and what
/// it returned.
struct HostCall {
  /// Words on the stack that a call can have.
  private static let stackWords = 16

  private var layout: ArgumentLayout
  private var integers: [8 of UInt64] = .init(repeating: 0)
  private var vectors: [8 of UInt64] = .init(repeating: 0)
  private var stack: [16 of UInt64] = .init(repeating: 0)
  private var isTooLarge = false
  /// Of the integer result registers.
  private(set) var results: [2 of UInt64] = .init(repeating: 0)
  /// Of the floating-point result registers.
  private(set) var vectorResults: [2 of UInt64] = .init(repeating: 0)

  init(isVariadic: Bool = false) { layout = ArgumentLayout(Target.host.abi, isVariadic: isVariadic) }

  /// The arguments behind are the variable ones.
  mutating func beginVariable() { layout.beginVariable() }

  /// The next argument; integers are extended to 64 bits. More than there are places for are left out if they are not
  /// `needed`.
  mutating func add(_ type: ArgumentLayout.Argument, _ bits: UInt64, isNeeded: Bool = false) {
    switch layout.next(type) {
    case .register(let number): integers[number] = bits
    case .vector(let number): vectors[number] = bits
    case .both(let number, let vector):
      integers[number] = bits
      vectors[vector] = bits
    case .stack(let offset, let bytes):
      guard offset + bytes <= 8 * HostCall.stackWords else { return isTooLarge = isTooLarge || isNeeded }
      withUnsafeMutableBytes(of: &stack) { stack in
        for byte in 0..<bytes { stack[offset + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }
      }
    }
  }

  /// What a vector register of the call holds.
  mutating func setVector(_ index: Int, _ bits: UInt64) { if index < 8 { vectors[index] = bits } }

  /// Calls the function; false if this machine cannot make such a call.
  mutating func make(_ function: UInt) -> Bool {
    if isTooLarge { return false }
    let (integers, vectors, stack) = (integers, vectors, stack)
    let status = withUnsafeBytes(of: integers) { integers in
      withUnsafeBytes(of: vectors) { vectors in
        withUnsafeBytes(of: stack) { stack in
          withUnsafeMutableBytes(of: &results) { results in
            withUnsafeMutableBytes(of: &vectorResults) { vectorResults in
              ejit_call(
                function, integers.baseAddress?.assumingMemoryBound(to: UInt64.self),
                vectors.baseAddress?.assumingMemoryBound(to: Double.self),
                stack.baseAddress?.assumingMemoryBound(to: UInt64.self),
                results.baseAddress?.assumingMemoryBound(to: UInt64.self),
                vectorResults.baseAddress?.assumingMemoryBound(to: Double.self))
            }
          }
        }
      }
    }
    return status == 0
  }
}
