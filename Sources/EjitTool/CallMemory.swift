import CEjitShims
import Ejit
import EjitText

/// The buffers of one call in this process, and the registers that the arguments travel in.
final class CallMemory {
  private(set) var registers = CallRegisters()
  /// How many integer arguments there are.
  private(set) var integerCount = 0
  private(set) var floatCount = 0
  /// All buffers.
  private(set) var buffers: [UnsafeMutableRawBufferPointer] = []
  private var outputs: [UnsafeMutableRawBufferPointer] = []

  /// The call has no more arguments than there are registers.
  init(_ arguments: [Run.Argument]) {
    for argument in arguments {
      switch argument {
      case .integer(let bits): append(bits)
      case .float, .single:
        registers.floats[floatCount] = Double(bitPattern: argument.floatBits ?? 0)
        floatCount += 1
      case .text(let bytes):
        allocate(bytes.count).copyBytes(from: bytes)
        append(UInt64(bytes.count))
      case .output(let count): outputs.append(allocate(count))
      }
    }
  }

  deinit {
    for buffer in buffers { buffer.deallocate() }
  }

  /// What the call left in the `out` arguments.
  var output: [UInt8] { outputs.flatMap { Array($0) } }

  private func append(_ bits: UInt64) {
    registers.integers[integerCount] = bits
    integerCount += 1
  }

  /// Zero bytes, whose address is the next argument.
  private func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    // Without bytes there is an address all the same.
    let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    append(UInt64(UInt(bitPattern: storage.baseAddress)))
    buffers.append(storage)
    return UnsafeMutableRawBufferPointer(rebasing: storage[..<count])
  }
}

/// The registers that arguments of a C function travel in.
struct CallRegisters {
  var integers: [8 of UInt64] = .init(repeating: 0)
  var floats: [8 of Double] = .init(repeating: 0)

  /// Calls the C function at `address`; nil if this machine cannot make such calls.
  func call(_ address: UInt) -> (integer: UInt64, float: UInt64)? {
    let integers = (0..<8).map { self.integers[$0] }
    let floats = (0..<8).map { self.floats[$0] }
    let stack = [UInt64](repeating: 0, count: 16)
    var integerResults: [UInt64] = [0, 0]
    var floatResults: [Double] = [0, 0]
    let status = ejit_call(address, integers, floats, stack, &integerResults, &floatResults)
    return status == 0 ? (integerResults[0], floatResults[0].bitPattern) : nil
  }
}
