import EjitImage
import Testing

/// Whether there is an emulator; says so once where there is none.
let hasEmulator: Bool = {
  do {
    _ = try Emulator.find()
    return true
  } catch {
    print("no qemu-aarch64 here: tests that run AArch64 code are skipped")
    return false
  }
}()

@Suite(.enabled(if: hasEmulator)) struct RunTests {
  @Test func passesArgumentsAndReturnsBothResults() throws {
    var image = AArch64Image()
    let sum = try image.addCode(Blob.sumOfEight.bytes.span)
    let floats = try image.addCode(Blob.floats.bytes.span)
    let first = try image.addCall(sum, [1, 20, 300, 4000, 50_000, 600_000, 7_000_000, 80_000_000])
    let second = try image.addCall(floats, floats: [0.5, 0, 0, 0, 0, 0, 3, 1.25])
    let third = try image.addCall(sum, [.max])
    let results = try image.run()
    #expect(results[first].x0 == 87_654_321 && results[first].x1 == 7)
    #expect(results[second].d0 == 1.75 && results[second].d1 == 5.25)
    #expect(results[third].x0 == .max, "registers without an argument are 0")
    #expect(results.outcomes.allSatisfy { $0.ending == .returned && $0.violations.isEmpty })
  }

  @Test func readsInputsAndReturnsOutputs() throws {
    var image = AArch64Image()
    let sum = try image.addCode(Blob.byteSum.bytes.span)
    let fill = try image.addCode(Blob.fill.bytes.span)
    let input = try image.addInput([1, 2, 3, 250])
    let empty = try image.addOutput(count: 0)
    let zeroed = try image.addOutput(count: 70)
    let initialised = try image.addOutput(initially: [9, 8, 7, 6, 5])
    let total = try image.addCall(sum, [input.address, 4])
    _ = try image.addCall(fill, [zeroed.address + 1, 0xAB, 2])
    _ = try image.addCall(fill, [initialised.address + 3, 0x01, 1])
    let results = try image.run()
    #expect(results[total].x0 == 256)
    #expect(Array(results.bytes(of: zeroed)) == [0, 0xAB, 0xAB] + [UInt8](repeating: 0, count: 67))
    #expect(Array(results.bytes(of: initialised)) == [9, 8, 7, 1, 5])
    #expect(Array(results.bytes(of: empty)) == [])
    #expect(Array(results.bytes(of: input)) == [], "an input is not read back")
    #expect([input, empty, zeroed, initialised].allSatisfy { $0.address % 64 == 0 })
  }

  @Test func reportsWhatACallShouldHavePreserved() throws {
    var image = AArch64Image()
    let careless = try image.addCode(Blob.careless.bytes.span)
    let careful = try image.addCode(Blob.careful.bytes.span)
    for entry in [careful, careless, careful] { _ = try image.addCall(entry) }
    let outcomes = try image.run().outcomes
    #expect(outcomes.allSatisfy { $0.ending == .returned })
    #expect(outcomes[1].violations == [.x(18), .x(19), .x(28), .x(29), .d(8), .d(15), .sp])
    #expect(outcomes[0].violations == [] && outcomes[2].violations == [])
  }

  @Test func aCrashIsTheOutcomeOfItsCallOnly() throws {
    var image = AArch64Image()
    let sum = try image.addCode(Blob.sumOfEight.bytes.span)
    let crashes: [(code: [UInt32], argument: UInt64, signal: Int32)] = [
      (Blob.store, 0, 11), (Blob.undefined, 0, 4), (Blob.breakpoint, 0, 5), (Blob.endless, 0, 27),
      (Blob.recursive, 0, 11), (Blob.recursive, 0, 11), (Blob.jump, 0, 11),
    ]
    for crash in crashes {
      let entry = try image.addCode(crash.code.bytes.span)
      _ = try image.addCall(entry, [crash.argument])
      _ = try image.addCall(sum, [40, 2])
    }
    let outcomes = try image.run(secondsPerCall: 1).outcomes
    for (index, crash) in crashes.enumerated() {
      #expect(outcomes[2 * index].ending == .signal(crash.signal), "\(index)")
      #expect(outcomes[2 * index + 1].ending == .returned && outcomes[2 * index + 1].x0 == 42, "\(index)")
    }
  }

  @Test func nothingIsWritableAndExecutable() throws {
    var image = AArch64Image()
    let store = try image.addCode(Blob.store.bytes.span)
    let jump = try image.addCode(Blob.jump.bytes.span)
    let input = try image.addInput(Blob.sumOfEight.bytes)
    let output = try image.addOutput(initially: Blob.sumOfEight.bytes)
    let addresses = [store, jump, input.address, output.address]
    for address in addresses { _ = try image.addCall(store, [address, 1]) }
    for address in addresses.dropFirst(2) { _ = try image.addCall(jump, [address]) }
    let endings = try image.run().outcomes.map(\.ending)
    let refused = ImageResults.Outcome.Ending.signal(11)
    #expect(endings == [refused, refused, .returned, .returned, refused, refused])
  }

  @Test func takesLargeCodeAndData() throws {
    var image = AArch64Image()
    let nops = [UInt32](repeating: Blob.nop, count: 8 << 20) + Blob.byteSum
    let code = try image.addCode(nops.bytes.span)
    let input = try image.addInput([UInt8](repeating: 3, count: 10 << 20))
    let output = try image.addOutput(count: 10 << 20)
    let fill = try image.addCode(Blob.fill.bytes.span)
    let call = try image.addCall(code, [input.address, UInt64(input.count)])
    _ = try image.addCall(fill, [output.address, 0x5A, UInt64(output.count)])
    let results = try image.run()
    #expect(results[call].x0 == 3 * 10 << 20)
    #expect(results.bytes(of: output).count == 10 << 20 && results.bytes(of: output).allSatisfy { $0 == 0x5A })
  }

  @Test func manyCallsAreOneProcess() throws {
    var image = AArch64Image()
    let sum = try image.addCode(Blob.sumOfEight.bytes.span)
    for index in 0..<20_000 { _ = try image.addCall(sum, [UInt64(index), 5]) }
    let outcomes = try image.run().outcomes
    #expect(outcomes.count == 20_000)
    #expect(outcomes.indices.allSatisfy { outcomes[$0].x0 == UInt64($0) + 5 && outcomes[$0].violations.isEmpty })
  }

  @Test func aRunWithoutCallsHasNoOutcomes() throws {
    #expect(try AArch64Image().run().outcomes == [])
  }

  @Test func givesUpWhenTheWholeRunTakesTooLong() throws {
    var image = AArch64Image()
    _ = try image.addCall(try image.addCode(Blob.endless.bytes.span))
    #expect(throws: ImageError.timedOut) { try image.run(secondsPerCall: 0, seconds: 1) }
  }

  @Test func aDestroyedStubIsAnError() throws {
    var image = AArch64Image()
    let store = try image.addCode(Blob.store.bytes.span)
    _ = try image.addCall(store, [0x1000_0000 + 400, 0])  // where the results are
    #expect(throws: ImageError.emulator(exitCode: 1, signal: 0)) { try image.run() }
  }
}
