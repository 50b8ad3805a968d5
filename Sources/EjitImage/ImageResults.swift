/// What the calls of an image left behind.
public struct ImageResults: Sendable {
  /// What one call left behind.
  public struct Outcome: Equatable, Sendable {
    /// How a call ended.
    public enum Ending: Equatable, Sendable {
      /// It returned.
      case returned
      /// It was ended by this Linux signal: 4 SIGILL, 5 SIGTRAP, 7 SIGBUS, 8 SIGFPE, 11 SIGSEGV; 27 SIGPROF when it
      /// took too long. All else in the outcome is 0.
      case signal(Int32)
    }

    /// How the call ended.
    public let ending: Ending
    /// The first integer result.
    public let x0: UInt64
    /// The second integer result.
    public let x1: UInt64
    /// The first float result.
    public let d0: Double
    /// The second float result.
    public let d1: Double
    /// Registers that the call should have preserved but did not.
    public let violations: Registers
  }

  /// Registers that a call must preserve (AAPCS64), and x18, which is the platform's.
  public struct Registers: OptionSet, Hashable, Sendable {
    /// Bits 8…15: d8…d15, bits 18…29: x18…x29, bit 31: sp.
    public let rawValue: UInt32
    /// The registers with these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The stack pointer.
    public static let sp = Registers(rawValue: 1 << 31)
    /// General register 18…29.
    public static func x(_ number: Int) -> Registers {
      (18...29).contains(number) ? Registers(rawValue: 1 << UInt32(number)) : []
    }
    /// The low half of vector register 8…15.
    public static func d(_ number: Int) -> Registers {
      (8...15).contains(number) ? Registers(rawValue: 1 << UInt32(number)) : []
    }
  }

  /// One outcome for each call, in the order of adding.
  public let outcomes: [Outcome]
  private let outputs: [UInt8]

  /// What the call left behind.
  public subscript(call: AArch64Image.Call) -> Outcome { outcomes[call.index] }

  /// What the program left in an output buffer of its image; nothing for other buffers.
  public func bytes(of buffer: AArch64Image.Buffer) -> ArraySlice<UInt8> {
    guard buffer.address >= ImageLayout.outputs else { return [] }
    let start = Int(buffer.address - ImageLayout.outputs)
    guard start + buffer.count <= outputs.count else { return [] }
    return outputs[start..<start + buffer.count]
  }

  /// What the `index`-th of x18…x29, d8…d15 holds when a call begins: a pattern that names the register.
  static func preserved(_ index: Int) -> UInt64 {
    0xC5A3_96F1_0000_0000 | UInt64(index < 12 ? 0x18 + index : 0xD0 + index)
  }

  /// Reads what the start stub wrote: the results, then the outputs.
  init(_ bytes: Span<UInt8>, callCount: Int, outputCount: Int) throws(ImageError) {
    let recordBytes = ImageLayout.resultWords * 8
    guard bytes.count == callCount * recordBytes + outputCount else { throw .badOutput(bytes.count) }
    (outcomes, outputs) = unsafe bytes.withUnsafeBytes { bytes in
      let outcomes = (0..<callCount).map {
        unsafe Outcome(UnsafeRawBufferPointer(rebasing: bytes[$0 * recordBytes..<($0 + 1) * recordBytes]))
      }
      return unsafe (outcomes, [UInt8](bytes[(callCount * recordBytes)...]))
    }
  }
}

extension ImageResults.Outcome {
  /// Reads one record; the words are listed at `ImageLayout.resultWords`.
  init(_ record: UnsafeRawBufferPointer) {
    func word(_ index: Int) -> UInt64 {
      unsafe UInt64(littleEndian: record.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    let status = word(0)
    guard status == 1 else {
      self.init(
        ending: .signal(Int32(truncatingIfNeeded: status & 0xFF)), x0: 0, x1: 0, d0: 0, d1: 0, violations: [])
      return
    }
    var violations: ImageResults.Registers = word(5) == 0 ? [] : .sp
    for index in 0..<ImageLayout.preservedWords where word(6 + index) != ImageResults.preserved(index) {
      violations.insert(index < 12 ? .x(18 + index) : .d(index - 4))
    }
    self.init(
      ending: .returned, x0: word(1), x1: word(2), d0: Double(bitPattern: word(3)),
      d1: Double(bitPattern: word(4)), violations: violations)
  }
}
