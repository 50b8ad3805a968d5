import Ejit
import EjitImage
import ExecutableMemory

/// Programs, and calls of their functions with the C calling convention, made all at once on a machine.
///
/// The address of every program is known as soon as it is added, so that programs may call each other.
public struct Calls: ~Copyable {
  private let machine: TestMachine
  private var assembler: Assembler
  private var image = AArch64Image()
  private var native: [NativeCode] = []
  private var planned: [(address: UInt64, arguments: [UInt64])] = []

  private final class NativeCode {
    let pages: ExecutablePages
    init(_ code: Span<UInt8>, by assembler: borrowing Assembler) throws(SystemError) {
      pages = try ExecutablePages(copying: code) { assembler.relocate($0, to: $1) }
    }
  }

  /// No program and no call yet.
  public init(_ machine: TestMachine) {
    self.machine = machine
    assembler = Assembler(target: machine.target, features: machine.features)
  }

  /// Where a program was put.
  public struct Place: Sendable {
    /// The address of its first byte.
    public let address: UInt64
    /// Bytes of code.
    public let count: Int
    let labels: [UInt32: Int]

    /// The address of one of the labels that were asked for.
    public func address(of label: Label) -> UInt64 { address + UInt64(labels[label.number]!) }
  }

  /// Lowers a program; `labels` are those whose address will be asked for.
  public mutating func add(_ program: [Instruction], labels: [Label] = []) throws -> Place {
    try assembler.assemble(program.span)
    var offsets: [UInt32: Int] = [:]
    for label in labels { offsets[label.number] = assembler.offset(of: label) }
    let address: UInt64
    if machine.isNative {
      let code = try assembler.withCode { code throws(SystemError) in try NativeCode(code, by: assembler) }
      native.append(code)
      address = UInt64(UInt(bitPattern: code.pages.baseAddress))
    } else {
      address = try addToImage()
    }
    return Place(address: address, count: assembler.count, labels: offsets)
  }

  private mutating func addToImage() throws(ImageError) -> UInt64 {
    var copy: [UInt8] = []
    assembler.withCode { code in code.withUnsafeBufferPointer { copy = [UInt8]($0) } }
    return try image.addCode(copy.span, alignment: assembler.alignment) { assembler.relocate($0, to: $1) }
  }

  /// Plans a call of the function at `address` with up to six integers; returns its place in what `run` returns.
  @discardableResult
  public mutating func call(_ address: UInt64, _ arguments: [UInt64] = []) -> Int {
    planned.append((address, arguments))
    return planned.count - 1
  }

  /// Makes the calls; the first integer result of each, nil where the call ended in a fault or left registers changed
  /// that a call must preserve (both can only be seen under the emulator).
  public consuming func run() throws -> [UInt64?] {
    if machine.isNative {
      typealias Function = @convention(c) (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) -> UInt64
      let results: [UInt64?] = planned.map { call in
        let function = unsafeBitCast(UnsafeRawPointer(bitPattern: UInt(call.address)), to: Function.self)
        let a = call.arguments + [UInt64](repeating: 0, count: 6 - call.arguments.count)
        return function(a[0], a[1], a[2], a[3], a[4], a[5])
      }
      withExtendedLifetime(native) {}
      return results
    }
    for call in planned { _ = try image.addCall(call.address, call.arguments) }
    return try image.run().outcomes.map { outcome in
      outcome.ending == .returned && outcome.violations.isEmpty ? outcome.x0 : nil
    }
  }
}
