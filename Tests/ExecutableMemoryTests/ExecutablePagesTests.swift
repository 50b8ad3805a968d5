import CEjitShims
import ExecutableMemory
import Testing

@Suite struct ExecutablePagesTests {
  @Test func runsWhatWasCopied() throws {
    let pages = try ExecutablePages(copying: Code.adding.span)
    #expect(call(UInt(bitPattern: pages.baseAddress), 40, 2) == 42)
  }

  @Test("M1: pages are readable and executable, not writable")
  func areNotWritable() throws {
    let pages = try ExecutablePages(copying: Code.adding.span)
    #expect(protection(of: UInt(bitPattern: pages.baseAddress)) == "r-x")
    #expect(writableAndExecutableMappings() == [])
  }

  @Test("M4: whole pages, the rest is filled with traps", arguments: [0, 1, 7, 4095, 4096, 4097, 70_000])
  func takeWholePages(_ count: Int) throws {
    let code = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let pages = try ExecutablePages(copying: code.span)
    let base = UInt(bitPattern: pages.baseAddress)
    let page = ejit_page_size()
    #expect(pages.count == max(1, (count + page - 1) / page) * page)
    #expect((0..<count).allSatisfy { byte(at: base + UInt($0)) == code[$0] })
    #expect(isFilledWithTraps(base + UInt(count)..<base + UInt(pages.count)))
  }

  @Test("M13: this machine may make executable memory")
  func isSupported() {
    #expect(ExecutablePages.isSupported)
    #expect(ExecutablePages.isSupported)
  }

  @Test func errorsAreSmallAndReadable() throws {
    #expect(MemoryLayout<MemoryError>.size <= 16)
    do throws(SystemError) {
      _ = try CodeArena(capacity: 0)
      Issue.record("an arena without capacity")
    } catch {
      #expect(error.description == "map: errno 22")
    }
  }
}
