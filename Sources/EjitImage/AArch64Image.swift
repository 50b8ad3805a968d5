/// A static AArch64 Linux program made of machine code, buffers and calls, to be run under an emulator.
///
/// However many calls there are, they take one process: a start stub walks through them, and each begins with
/// fresh registers. Code is copied as it is, so it must not depend on where it lies, or be made for the address
/// given here. All addresses are known as soon as something is added, and may stand in code added later.
///
/// ```swift
/// var image = AArch64Image()
/// let entry = try image.addCode(bytes.span)
/// let text = try image.addInput([0x61, 0x62, 0x63])
/// let digest = try image.addOutput(count: 32)
/// let call = try image.addCall(entry, [text.address, 3, digest.address])
/// let results = try image.run()
/// results[call].x0
/// results.bytes(of: digest)
/// ```
public struct AArch64Image: Sendable {
  /// Bytes in the image. They start at a multiple of 64 bytes, with at least 64 zero bytes behind.
  public struct Buffer: Hashable, Sendable {
    /// The first byte's address in the running program.
    public let address: UInt64
    /// How many bytes there are.
    public let count: Int
  }

  /// Which call: the position in the order of adding.
  public struct Call: Hashable, Sendable {
    /// 0 for the first one added.
    public let index: Int
  }

  struct Entry: Sendable {
    var integers: [8 of UInt64] = .init(repeating: 0)
    var floats: [8 of UInt64] = .init(repeating: 0)
    var address: UInt64
  }

  private(set) var code: [UInt8] = []
  private(set) var inputs: [UInt8] = []
  private(set) var outputs: [UInt8] = []
  private(set) var calls: [Entry] = []

  /// An image without code, buffers and calls.
  public init() {}

  /// How many calls were added.
  public var callCount: Int { calls.count }

  /// Adds code behind that added before, and returns the address of its first byte, a multiple of 64 and of
  /// `alignment`, a power of two up to 4096.
  ///
  /// The code can be read and executed, not written. `relocate` may change the copy; it gets the bytes and the address
  /// where they will run.
  public mutating func addCode(
    _ bytes: Span<UInt8>, alignment: Int = 64, relocate: (UnsafeMutableRawBufferPointer, UInt) -> Void = { _, _ in }
  ) throws(ImageError) -> UInt64 {
    let gap = -code.count & (min(max(alignment, 64), 4096) - 1)
    guard code.count + gap < ImageLayout.codeReach else { throw .tooLarge }
    code.append(contentsOf: repeatElement(0, count: gap))
    let start = code.count
    let buffer = unsafe try bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
      unsafe try AArch64Image.append(bytes, to: &code, at: ImageLayout.code, reach: ImageLayout.codeReach)
    }
    unsafe code.withUnsafeMutableBytes { all in
      unsafe relocate(
        UnsafeMutableRawBufferPointer(rebasing: all[start..<start + buffer.count]), UInt(buffer.address))
    }
    return buffer.address
  }

  /// Adds bytes that the program may read and write. They are not read back.
  public mutating func addInput(_ bytes: [UInt8]) throws(ImageError) -> Buffer {
    try AArch64Image.append(bytes, to: &inputs, at: ImageLayout.inputs, reach: ImageLayout.bufferReach)
  }

  /// Adds zeroed bytes that the program may read and write; `ImageResults.bytes(of:)` has what it left there.
  public mutating func addOutput(count: Int) throws(ImageError) -> Buffer {
    guard count >= 0, count <= ImageLayout.bufferReach else { throw .tooLarge }
    return try addOutput(initially: [UInt8](repeating: 0, count: count))
  }

  /// Adds bytes that the program may read and write; `ImageResults.bytes(of:)` has what it left there.
  public mutating func addOutput(initially bytes: [UInt8]) throws(ImageError) -> Buffer {
    try AArch64Image.append(bytes, to: &outputs, at: ImageLayout.outputs, reach: ImageLayout.bufferReach)
  }

  /// Adds a call of the code at `entry`, an address within code that was added, with arguments in x0 and up and in
  /// d0 and up. Registers without an argument are 0.
  ///
  /// The calls are made in this order, in one process: what one leaves in memory the next one finds there.
  public mutating func addCall(
    _ entry: UInt64, _ arguments: [UInt64] = [], floats: [Double] = []
  ) throws(ImageError) -> Call {
    guard calls.count < ImageLayout.maximumCalls else { throw .tooLarge }
    guard arguments.count <= 8, floats.count <= 8 else { throw .tooManyArguments }
    let end = ImageLayout.code + UInt64(code.count)
    guard entry >= ImageLayout.code, entry < end, entry % 4 == 0 else { throw .badEntry(entry) }
    var call = Entry(address: entry)
    for (index, argument) in arguments.enumerated() { call.integers[index] = argument }
    for (index, argument) in floats.enumerated() { call.floats[index] = argument.bitPattern }
    calls.append(call)
    return Call(index: calls.count - 1)
  }

  private static func append(
    _ bytes: some Collection<UInt8>, to region: inout [UInt8], at start: UInt64, reach: Int
  ) throws(ImageError) -> Buffer {
    let offset = region.count
    guard bytes.count < reach - 128, offset < reach - 128 - bytes.count else { throw .tooLarge }
    region.append(contentsOf: bytes)
    let padding = 64 + -bytes.count & 63
    region.append(contentsOf: repeatElement(0, count: padding))
    return Buffer(address: start + UInt64(offset), count: bytes.count)
  }
}
