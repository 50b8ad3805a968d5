import CEjitShims
import Ejit
import EjitText
import TestSupport
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
        .ldAtomic(.acquire, type, other, base, 8), .stAtomic(.sequential, type, other, base, 8),
        .fetch(.add, .relaxed, type, other, second, base, 8), .fetch(.umax, .relaxed, type, other, second, base, 8),
        .rmwAtomic(.or, .release, type, other, base, 8), .cas(.sequential, type, other, second, other, base, 8),
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

    /// Where one site ends the next one may begin: what faults there is the second.
    @Test func sitesSideBySideAreToldApart() throws {
      guard Executable.isSupported else { return }
      let code = try Executable([
        .faultSite(31, 1), .ld(.u64, Self.other, .at(Self.base)), .faultSite(32, 2),
        .ld(.u64, .result(0), .at(Self.other)), .faultSite(33, 3), .ld(.u64, .result(0), .at(.result(0))), .ret,
        .section(.cold), .label(1), .movi(.result(0), 101), .ret, .label(2), .movi(.result(0), 102), .ret,
        .label(3), .movi(.result(0), 103), .ret,
      ])
      // The first word leads to the second, and that to the third, which leads nowhere.
      var words: [UInt64] = [0, 0, 7]
      try words.withUnsafeMutableBufferPointer { words in
        let address = UInt64(UInt(bitPattern: words.baseAddress))
        words[1] = address + 16
        for (start, first, expected) in [(8, 0, 101), (address, 8, 102), (address, address + 16, 103)]
          as [(UInt64, UInt64, UInt64)]
        {
          words[0] = first
          let result = unsafe code.withEntry(as: Function.self) { $0(start) }
          let site = FaultHandler.lastFault?.site
          #expect(result == expected && site.map(UInt64.init) == expected - 70)
        }
        words[0] = address + 8
        let result = unsafe code.withEntry(as: Function.self) { $0(address) }
        #expect(result == 7)
      }
    }

    /// Atomics that move registers do so behind their first access, and that one writes: what is unmapped, or may be read
    /// only, finds all registers but destinations as they were.
    @Test func atomicsFaultBeforeRegistersMove() throws {
      guard Executable.isSupported else { return }
      let abi = Target.host.abi
      let numbers = abi.numbers.filter { $0 != abi.framePointer && $0 != 30 }
      let page = try Executable([.ret])
      let found = UnsafeMutablePointer<UInt64>.allocate(capacity: 32)
      defer { found.deallocate() }
      var lists = OperandLists()
      (lists.types, lists.atomics) = ([.u8, .u64], AtomicOperation.allCases)
      for op in [Mnemonic.ldAtomic, .stAtomic, .fetch, .rmwAtomic, .cas, .casSet] {
        for rotation in numbers.indices {
          let registers = (0..<op.registerCount()).map { Register(numbers[(rotation + $0) % numbers.count]) }
          lists.displacements = [rotation % 2 == 0 ? 0 : 64]
          let addresses = [8] + (op == .ldAtomic ? [] : [UInt64(UInt(bitPattern: page.baseAddress))])
          for (address, access) in addresses.flatMap({ a in op.instances(registers: registers, lists).map { (a, $0) } })
          {
            let base = address &- UInt64(lists.displacements[0])
            let program = faulting(access, base, numbers, saving: abi.saved, to: UInt64(UInt(bitPattern: found)))
            let code = try Executable(program)
            #expect(unsafe code.withEntry(as: Function.self) { $0(0) } == 1, "\(access.text)")
            for (index, number) in numbers.enumerated() where !registers[op.destinations].contains(Register(number)) {
              let expected = Register(number) == registers.last ? base : pattern(number)
              if found[index] != expected { Issue.record("\(access.text): r\(number) is \(found[index])") }
            }
          }
        }
      }
    }

    private func pattern(_ number: Int) -> UInt64 { 0xB5A6_97C8_D3E4_F100 | UInt64(number) }

    /// All registers hold patterns, the last one that is named `base`; at the recovery all are stored.
    private func faulting(
      _ access: Instruction, _ base: UInt64, _ numbers: [Int], saving: [Int], to found: UInt64
    ) -> [Instruction] {
      var program: [Instruction] = [.enter(0, saving: RegisterSet(saving.map { Register($0) }))]
      for number in numbers { program.append(.movi(Register(number), Immediate(bits: pattern(number)))) }
      program.append(.movi(Statement(access).registers.last!, Immediate(bits: base)))
      let middle: [Instruction] = [.faultSite(1, 1), access, .leave, .movi(.result(0), 0), .ret, .label(1)]
      program += middle
      for (index, number) in numbers.enumerated() {
        program.append(.st(.u64, Register(number), .absolute(found + UInt64(8 * index))))
      }
      let end: [Instruction] = [.leave, .movi(.result(0), 1), .ret]
      return program + end
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
