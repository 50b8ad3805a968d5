import Ejit
import EjitImage
import ExecutableMemory

/// Memory that a machine's code may use, and the way to call code: in this process, or in an image under qemu.
struct MachineMemory: ~Copyable {
  private let machine: TestMachine
  private var image = AArch64Image()
  private var imageData: AArch64Image.Buffer?
  private let native: UnsafeMutableRawBufferPointer
  /// What `data` holds now.
  private(set) var dataBytes: [UInt8]

  init(_ machine: TestMachine, data: [UInt8]) throws {
    self.machine = machine
    dataBytes = data
    native = .allocate(byteCount: machine.isNative ? data.count + 64 : 0, alignment: 64)
    if machine.isNative {
      native.copyBytes(from: data)
    } else {
      imageData = try image.addOutput(initially: data)
    }
  }

  deinit { native.deallocate() }

  /// Where the data is.
  var data: (address: UInt64, count: Int) {
    if let imageData { return (imageData.address, imageData.count) }
    return (UInt64(UInt(bitPattern: native.baseAddress)), dataBytes.count)
  }

  /// Executes a batch and returns its records.
  mutating func execute(_ batch: Batch) throws -> [UInt8] {
    let records = UnsafeMutableRawBufferPointer.allocate(byteCount: batch.byteCount, alignment: 64)
    defer { records.deallocate() }
    let words = records.bindMemory(to: UInt64.self).baseAddress!
    return try machine.isNative ? executeHere(batch, words, records) : executeInImage(batch, words, records)
  }

  private mutating func executeHere(
    _ batch: Batch, _ words: UnsafeMutablePointer<UInt64>, _ records: UnsafeMutableRawBufferPointer
  ) throws -> [UInt8] {
    let pages = try ExecutablePages(copying: batch.code.span)
    let base = pages.baseAddress
    for call in batch.prepare(words, codeAddress: UInt64(UInt(bitPattern: base))) {
      let entry = UnsafeRawPointer(bitPattern: UInt(call.entry))
      let function = unsafeBitCast(entry, to: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
      function(records.baseAddress! + call.firstRecord)
    }
    withExtendedLifetime(pages) {}
    dataBytes = [UInt8](native.prefix(dataBytes.count))
    return [UInt8](records)
  }

  private mutating func executeInImage(
    _ batch: Batch, _ words: UnsafeMutablePointer<UInt64>, _ records: UnsafeMutableRawBufferPointer
  ) throws -> [UInt8] {
    // The data stays where it is, at the front; code and records are those of this batch alone.
    var image = AArch64Image()
    let data = try image.addOutput(initially: dataBytes)
    let code = try image.addCode(batch.code.span)
    let calls = batch.prepare(words, codeAddress: code)
    let buffer = try image.addOutput(initially: [UInt8](records))
    for call in calls { _ = try image.addCall(call.entry, [buffer.address + UInt64(call.firstRecord)]) }
    let results = try image.run()
    dataBytes = [UInt8](results.bytes(of: data))
    return [UInt8](results.bytes(of: buffer))
  }

  func describeDifference(from expected: [UInt8], in report: inout Harness.Report) {
    for (offset, byte) in dataBytes.enumerated() where byte != expected[offset] {
      report.fail("\(machine): memory at data + \(offset) is \(byte), not \(expected[offset])")
      return
    }
  }
}
