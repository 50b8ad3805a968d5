import Testing

@testable import Ejit

/// Rows G7: a call of an absolute address becomes near where it is published, if it reaches.
@Suite struct NearCallTests {
  private func shortened(_ length: Int, on target: Target, to distance: Int64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: length + 2)
    let address: UInt64 = 0x7000_1000_0000
    let site = CallSite(
      start: 1, end: UInt32(length) + 1, target: address &+ UInt64(bitPattern: distance), isJump: false)
    bytes.withUnsafeMutableBytes { copy in
      switch target.architecture {
      case .x86_64: X86_64.shorten(site, in: copy, at: address)
      case .aarch64: AArch64.shorten(site, in: copy, at: address)
      }
    }
    #expect(bytes.first == 0xAA && bytes.last == 0xAA)
    return Array(bytes.dropFirst().dropLast())
  }
  private func far(_ length: Int) -> [UInt8] { [UInt8](repeating: 0xAA, count: length) }

  /// `nop dword ptr [rax + rax]; call`, as llvm-mc reads it.
  @Test func isANopAndACallOnX86_64() {
    #expect(
      shortened(13, on: .x86_64, to: 0x1000 + 1) == [
        0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0, 0xE8, 0xF3, 0x0F, 0, 0,
      ])
    #expect(shortened(9, on: .x86_64, to: 1) == [0x0F, 0x1F, 0x40, 0, 0xE8, 0xF7, 0xFF, 0xFF, 0xFF])
    #expect(shortened(10, on: .x86_64, to: 1).prefix(6) == [0x0F, 0x1F, 0x44, 0, 0, 0xE8])
  }

  @Test func reachesExactlyTwoGiBOnX86_64() {
    let end: Int64 = 14
    #expect(shortened(13, on: .x86_64, to: end + Int64(Int32.max)).suffix(5) == [0xE8, 0xFF, 0xFF, 0xFF, 0x7F])
    #expect(shortened(13, on: .x86_64, to: end + Int64(Int32.max) + 1) == far(13))
    #expect(shortened(13, on: .x86_64, to: end + Int64(Int32.min)).suffix(5) == [0xE8, 0, 0, 0, 0x80])
    #expect(shortened(13, on: .x86_64, to: end + Int64(Int32.min) - 1) == far(13))
  }

  /// `nop; nop; bl`, as llvm-mc reads it; 128 MiB less a word forward, 128 MiB back.
  @Test func isNopsAndABLOnAArch64() {
    let last: Int64 = 1 + 8
    let nop: [UInt8] = [0x1F, 0x20, 0x03, 0xD5]
    #expect(shortened(12, on: .aarch64, to: last + 4096) == nop + nop + [0x00, 0x04, 0x00, 0x94])
    #expect(shortened(12, on: .aarch64, to: last + 0x7FF_FFFC).suffix(4) == [0xFF, 0xFF, 0xFF, 0x95])
    #expect(shortened(12, on: .aarch64, to: last - 0x800_0000).suffix(4) == [0x00, 0x00, 0x00, 0x96])
    #expect(shortened(12, on: .aarch64, to: last + 0x800_0000) == far(12))
    #expect(shortened(12, on: .aarch64, to: last + 2) == far(12))
  }

  /// The arena itself is within reach of its own code: one function calls the other near; a Swift function is called
  /// near or far, wherever it is.
  @Test func callsFromAnArena() throws {
    let arena = try CodeArena(capacity: 1 << 16)
    var assembler = Assembler()
    let callee: [Instruction] = [.addi(.result(0), .argument(0), 5), .ret]
    try assembler.assemble(callee.span)
    let target = try arena.add(assembler)
    let caller: [Instruction] = [.enter(0), .call(Immediate(bits: UInt64(target.address))), .leave, .ret]
    try assembler.assemble(caller.span)
    let block = try arena.add(assembler)
    typealias Function = @convention(c) (UInt64) -> UInt64
    let function = unsafe unsafeBitCast(block.address, to: Function.self)
    #expect(function(37) == 42)
    let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: block.address), count: block.count)
    #expect(unsafe [UInt8](bytes) != assembler.copyCode(), "the call should be near")

    let double: Function = { 2 * $0 }
    let address = UInt64(UInt(bitPattern: unsafe unsafeBitCast(double, to: Int.self)))
    let outside: [Instruction] = [.enter(0), .call(Immediate(bits: address)), .leave, .ret]
    let code = try Executable(outside)
    #expect(unsafe code.withEntry(as: Function.self) { $0(21) } == 42)
  }
}
