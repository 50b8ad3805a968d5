import CEjitShims
import Ejit
import EjitText
import Testing

/// Row E14: what cannot be accessed or executed leads to the recovery of its site, and registers are as before.
@Suite struct FaultSiteTests {
  private typealias Function = @convention(c) (UInt64) -> UInt64
  private static let (base, other, second) = (Register.argument(0), Register.argument(1), Register.argument(2))

  /// Every op that may stand behind a site and reaches memory at `base + 8`, or at `base`.
  private static let accesses: [Instruction] =
    MemoryType.allCases.flatMap { type -> [Instruction] in
      let place = Address.at(base, 8)
      return [
        .ld(type, other, place), .st(type, other, place), .sti(type, base, 8, 5), .ldPre(type, other, base, 8),
        .ldPost(type, other, base, 8), .stPre(type, other, base, 8), .stPost(type, other, base, 8),
        .ldSwapped(type, other, place), .stSwapped(type, other, place), .rmw(.xor, type, other, place),
        .rmwi(.add, base, 8, 5, type), .branchMem(.eq, base, 8, other, 2, type), .branchMemi(.ne, base, 8, 5, 2, type),
        .ld(type, other, .at(base, .signed, second, shift: 3)), .ld(type, other, .at(base, 40_000)),
        .ldPre(type, other, base, 40_000), .stPost(type, other, base, -40_000),
      ]
    }
    + Width.allCases.flatMap { width -> [Instruction] in
      [
        .ldPair(width: width, other, second, base, 8), .stPair(width: width, other, second, base, 8),
        .decBranch(.ne, base, 8, 1, 2, width: width),
      ]
    }

  #if arch(x86_64) || arch(arm64)
    @Test func faultsContinueAtTheirRecoveries() throws {
      guard Executable.isSupported else { return }
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 64)
      memory.initializeMemory(as: UInt8.self, repeating: 1)
      defer { memory.deallocate() }
      let valid = UInt64(UInt(bitPattern: memory.baseAddress)) + 48_000
      for (index, access) in Self.accesses.enumerated() {
        // Behind the access 1; at the recovery what the base holds.
        let code = try Executable([
          .movi(Self.other, 3), .movi(Self.second, 1), .faultSite(SiteID(UInt32(index)), 1), access, .label(2),
          .movi(.result(0), 1), .ret, .section(.cold), .label(1), .mov(.result(0), Self.base), .ret,
        ])
        for address in [8, 0x1234, valid] as [UInt64] {
          let result = unsafe code.withEntry(as: Function.self) { $0(address) }
          let fault = FaultHandler.lastFault
          if address == valid {
            #expect(result == 1, "\(access.text)")
          } else if result != address || fault?.site != UInt32(index) || fault?.kind != .memory {
            Issue.record("\(access.text) at \(address): \(result), \(fault.map { "\($0)" } ?? "no fault")")
          }
        }
      }
    }

    @Test func trapsAreFoundByTheirPlaces() throws {
      guard Executable.isSupported else { return }
      let code = try Executable([
        .faultSite(1, 1), .trap(0xFFFF_FFF0), .faultSite(2, 2), .trap(7), .label(1), .movi(.result(0), 11), .ret,
        .label(2), .movi(.result(0), 22), .ret, .entry(9), .faultSite(3, 2), .unreachable,
      ])
      let first = unsafe code.withEntry(as: Function.self) { $0(0) }
      let fault = FaultHandler.lastFault
      #expect(first == 11 && fault?.site == 1 && fault?.kind == .trap)
      #expect(code.traps.offset(of: 0xFFFF_FFF0) == 0)
      #expect(try unsafe code.withEntry(at: 9, as: Function.self) { $0(0) } == 22)
    }

    @Test func codeIsGuardedOnce() throws {
      guard Executable.isSupported else { return }
      var assembler = Assembler()
      try assembler.assemble([.faultSite(1, 1), .trap(0xFFFF_FFF0), .label(1), .trap(6), .ret])
      #expect(assembler.traps.offset(of: 0xFFFF_FFF0) == 0)
      #expect(assembler.traps.offset(of: 6) == assembler.offset(of: 1))
      let guarded = try assembler.guardCode(at: 0x1000)  // nothing runs there
      do throws(EjitError) {
        _ = try assembler.guardCode(at: 0x1000)
        Issue.record("guarded twice")
      } catch {
        #expect(error.kind == .system && error.detail == 17)  // EEXIST
      }
      _ = consume guarded
    }

    /// Sites and traps of cold code are found where it comes to lie.
    @Test func sitesLieInColdCodeToo() throws {
      guard Executable.isSupported else { return }
      let code = try Executable([
        .j(1), .section(.cold), .label(1), .nop, .faultSite(5, 2), .trap(8), .ret, .section(.hot),
        .label(2), .movi(.result(0), 33), .ret,
      ])
      #expect(unsafe code.withEntry(as: Function.self) { $0(0) } == 33)
      let fault = FaultHandler.lastFault
      #expect(fault?.site == 5)
      #expect(code.traps.offset(of: 8).map { UInt(bitPattern: code.baseAddress) + UInt($0) } == fault?.address)
    }
  #endif
}
