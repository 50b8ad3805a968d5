import Testing

@testable import EjitImage

@Suite struct ImageTests {
  @Test func refusesWhatItCannotHold() throws {
    var image = AArch64Image()
    #expect(throws: ImageError.badEntry(0x40_1000)) { try image.addCall(0x40_1000) }
    let entry = try image.addCode(Blob.store.bytes.span)
    #expect(throws: ImageError.badEntry(entry + 2)) { try image.addCall(entry + 2) }
    #expect(throws: ImageError.badEntry(entry - 4)) { try image.addCall(entry - 4) }
    #expect(throws: ImageError.badEntry(.max)) { try image.addCall(.max) }
    #expect(throws: ImageError.tooManyArguments) { try image.addCall(entry, [UInt64](repeating: 0, count: 9)) }
    #expect(throws: ImageError.tooManyArguments) {
      try image.addCall(entry, floats: [Double](repeating: 0, count: 9))
    }
    #expect(throws: ImageError.tooLarge) { try image.addOutput(count: 1 << 28) }
    #expect(throws: ImageError.tooLarge) { try image.addOutput(count: -1) }
    #expect(throws: ImageError.tooLarge) { try image.addOutput(count: .max) }
    _ = try image.addOutput(count: 200 << 20)
    #expect(throws: ImageError.tooLarge) { try image.addOutput(count: 60 << 20) }
    #expect(image.callCount == 0)
  }

  @Test func segmentsHaveTheirOwnPages() throws {
    var image = AArch64Image()
    let entry = try image.addCode([UInt8](repeating: 0, count: 100_000).span)
    _ = try image.addCall(entry)
    _ = try image.addInput([1, 2, 3])
    _ = try image.addOutput(count: 300_000)
    let file = image.executable()
    func word(_ offset: Int) -> Int {
      file.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    }
    #expect(file.prefix(4) == [0x7F, 0x45, 0x4C, 0x46])
    #expect(word(16) & 0xFFFF_FFFF == 0x00B7_0002)  // ET_EXEC, EM_AARCH64
    let segments = (0..<word(56) & 0xFFFF).map { 64 + 56 * $0 }
    #expect(segments.map { word($0) & 0xFFFF_FFFF } == [1, 1, 1, 1, 0x6474_E551])
    #expect(segments.map { word($0) >> 32 } == [5, 6, 6, 6, 6])
    for segment in segments.dropLast() {
      #expect(word(segment + 8) % 0x1_0000 == 0 && word(segment + 16) % 0x1_0000 == 0)
      #expect(word(segment + 32) <= word(segment + 40) && word(segment + 48) == 0x1_0000)
      #expect(word(segment + 8) + word(segment + 32) <= file.count)
    }
  }

  @Test func theLayoutHoldsAllCalls() {
    let words = ImageLayout.callWords + ImageLayout.resultWords
    let bytes = (ImageLayout.controlWords + words * ImageLayout.maximumCalls) * 8 + ImageLayout.signalStackSize
    #expect(ImageLayout.control + UInt64(bytes) < ImageLayout.inputs)
    #expect(ImageLayout.code + UInt64(ImageLayout.codeReach) < ImageLayout.control)
    #expect(ImageLayout.stubOffset >= 64 + 5 * 56)
    #expect(ImageLayout.stubOffset + ImageStub.words.count * 4 <= ImageLayout.codeOffset)
    #expect(ImageLayout.signals + ImageFile.signals.count < ImageLayout.preserved)
    #expect(ImageLayout.preserved + ImageLayout.preservedWords <= ImageLayout.ranges)
    #expect(ImageLayout.ranges + 6 <= ImageLayout.controlWords)
  }
}
