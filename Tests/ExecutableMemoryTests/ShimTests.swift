import CEjitShims
import Testing

/// The calls of the C shim that pages do not need, but tools do.
@Suite struct ShimTests {
  private typealias Bytes = UnsafeMutablePointer<UInt8>

  private func text(_ bytes: Bytes?, _ count: Int) -> String {
    defer { ejit_free(bytes) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  private func read(_ path: String) -> (Int64, String) {
    var bytes: Bytes?
    let count = ejit_read_file(path, &bytes)
    return (count, text(bytes, Int(max(count, 0))))
  }

  private func temporary() -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = ejit_create_temporary("ejit-test-", &path, path.count)
    precondition(length > 0)
    return String(decoding: path[..<Int(length)].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  @Test func filesAreReadAsTheyWereWritten() {
    let path = temporary()
    defer { #expect(ejit_remove_file(path) == 0) }
    #expect(read(path) == (0, ""))
    let long = String(repeating: "0123456789", count: 20_000)
    #expect(ejit_write_file(path, long, 200_000, 0o644) == 0)
    #expect(read(path) == (200_000, long))
    #expect(ejit_write_file(path, "short", 5, 0o755) == 0)
    #expect(read(path) == (5, "short"))
    #expect(run([path]).result != -2)  // it exists and may be executed
    #expect(ejit_is_directory(path) == 0)
  }

  @Test func errorsAreNegativeNumbers() {
    #expect(read("/nowhere/at/all").0 == -2)
    #expect(read("/").0 == -21)
    #expect(ejit_is_directory("/") == 1)
    #expect(ejit_is_directory("/nowhere") == -2)
    #expect(ejit_list_directory("/nowhere", { _, _ in }, nil) == -2)
    #expect(ejit_write_file("/nowhere/at/all", "", 0, 0o644) == -2)
    #expect(ejit_write_all(-1, "x", 1) == -9)
    var small: [CChar] = [0, 0]
    #expect(ejit_create_temporary("ejit", &small, 2) == -34)
  }

  @Test func directoriesAreListed() {
    var names: [String] = []
    let count = withUnsafeMutablePointer(to: &names) {
      ejit_list_directory(
        "/proc/self",
        { names, name in
          names!.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name!))
        }, $0)
    }
    #expect(count == names.count && names.contains("maps") && !names.contains("."))
  }

  private func run(
    _ arguments: [String], errors: Bool = false, timeout: UInt32 = 20
  ) -> (result: Int32, code: Int32, signal: Int32, output: String) {
    var (code, signal): (Int32, Int32) = (0, 0)
    var output: Bytes?
    var count = 0
    let copies = arguments.map { Array($0.utf8CString) }
    let result = withPointers(copies[...], []) {
      ejit_run($0, errors ? 1 : 0, timeout, &code, &signal, &output, &count)
    }
    return (result, code, signal, text(output, count))
  }

  private func withPointers(
    _ strings: ArraySlice<[CChar]>, _ pointers: [UnsafePointer<CChar>?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Int32
  ) -> Int32 {
    guard let first = strings.first else {
      return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
    }
    return first.withUnsafeBufferPointer {
      withPointers(strings.dropFirst(), pointers + [$0.baseAddress], body)
    }
  }

  @Test func processesAreRunToTheirEnd() {
    #expect(run(["sh", "-c", "printf hello; exit 3"]) == (0, 3, 0, "hello"))
    #expect(run(["sh", "-c", "printf out; printf err >&2"], errors: true) == (0, 0, 0, "outerr"))
    #expect(run(["sh", "-c", "kill -9 $$"]) == (0, 0, 9, ""))
    #expect(run(["no-such-program-here"]).result == -2)
    #expect(run(["cat"]) == (0, 0, 0, ""))
    #expect(run(["sh", "-c", "yes 0123456 | head -c 800000"]).output.utf8.count == 800_000)
    // The shell ends while a child of it keeps the pipe; and it closes its output before it ends.
    #expect(run(["sh", "-c", "sleep 5 & printf now"]) == (0, 0, 0, "now"))
    #expect(run(["sh", "-c", "exec >&-; sleep 0.05; exit 4"]) == (0, 4, 0, ""))
  }

  @Test func slowProcessesAreKilled() {
    let start = ejit_monotonic_nanoseconds()
    #expect(run(["sh", "-c", "printf begun; exec sleep 30"], timeout: 1) == (-110, 0, 9, "begun"))
    #expect(ejit_monotonic_nanoseconds() - start < 10_000_000_000)
  }

  @Test func programsAreFoundInThePath() {
    var path = [CChar](repeating: 0, count: 4096)
    let length = ejit_find_executable("sh", &path, path.count)
    #expect(length > 3 && path[Int(length)] == 0)
    #expect(ejit_find_executable("sh", &path, 3) == -34)
    #expect(ejit_find_executable("/bin/sh", &path, path.count) == 7)
    #expect(ejit_find_executable("/etc/passwd", &path, path.count) == -2)
    #expect(ejit_find_executable("no-such-program-here", &path, path.count) == -2)
  }

  @Test(
    arguments: [
      ("1.5", 1.5), ("-0", -0.0), ("1e400", nil), ("-1e400", nil), ("1e-400", 0),
      ("0x1p-1074", .leastNonzeroMagnitude), (" 1", nil),
      ("1 ", nil), ("", nil), ("1.5x", nil), ("1,5", nil), ("inf", .infinity), ("+.5e1", 5), ("1\u{0}", nil),
      ("4.9e-324", .leastNonzeroMagnitude), (String(repeating: "1", count: 100), 1.1111111111111111e99),
    ] as [(String, Double?)])
  func numbersAreParsedWhole(_ text: String, _ expected: Double?) {
    var value = 7.0
    let result = ejit_parse_double(text, text.utf8.count, &value)
    #expect(result == (expected == nil ? (text.contains("400") ? -34 : -22) : 0))
    #expect(value.bitPattern == (expected ?? 7).bitPattern)
  }

  private func hostCall(
    _ function: UInt, _ integers: [UInt64], _ floats: [Double], _ stack: [UInt64]
  ) -> (UInt64, UInt64, Double, Double) {
    var integerResults: [UInt64] = [0, 0]
    var floatResults = [0.0, 0.0]
    #expect(ejit_call(function, integers, floats, stack, &integerResults, &floatResults) == 0)
    return (integerResults[0], integerResults[1], floatResults[0], floatResults[1])
  }

  @Test func hostCallsPassAndReturnEveryRegister() throws {
    typealias Six = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    typealias Weigh =
      @convention(c) (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, Double, Double, Double, Double, Double, Double,
        Double, Double,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
      ) -> UInt64
    #if arch(x86_64)
      let weigh: Weigh = {
        a, b, c, d, e, f, g, h, i, j, k, l, m, n, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb,
        sc, sd, se, sf in
        let integers = [a, b, c, d, e, f, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb, sc, sd, se, sf]
        let all = integers + [g, h, i, j, k, l, m, n].map { UInt64($0) }
        return all.reduce(0) { $0 &* 31 &+ $1 }
      }
      let result = hostCall(
        UInt(bitPattern: unsafeBitCast(weigh, to: UnsafeRawPointer.self)), [1, 2, 3, 4, 5, 6, 70, 80],
        [90, 91, 92, 93, 94, 95, 96, 97], (100..<116).map { UInt64($0) })
      let expected =
        (1...6).map { UInt64($0) } + (100..<116).map { UInt64($0) } + (90...97).map { UInt64($0) }
      #expect(result.0 == expected.reduce(0) { $0 &* 31 &+ $1 })
    #endif
    let zeros = [UInt64](repeating: 0, count: 16)
    let divide = try #require(ejit_symbol("ldiv"))
    let quotient = hostCall(
      UInt(bitPattern: divide), [47, 5, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], zeros)
    #expect(quotient.0 == 9 && quotient.1 == 2)
    let format = try #require(ejit_symbol("snprintf"))
    var buffer = [CChar](repeating: 0, count: 64)
    buffer.withUnsafeMutableBufferPointer { buffer in
      "%g %d %g".withCString { pattern in
        let arguments = [UInt(bitPattern: buffer.baseAddress), 64, UInt(bitPattern: pattern), 7, 0, 0, 0, 0]
        _ = hostCall(
          UInt(bitPattern: format), arguments.map(UInt64.init), [1.5, 2.5, 0, 0, 0, 0, 0, 0], zeros)
      }
      #expect(String(cString: buffer.baseAddress!) == "1.5 7 2.5")
    }
    let complex = try #require(ejit_symbol("conj"))
    let conjugate = hostCall(UInt(bitPattern: complex), Array(zeros[..<8]), [3, 4, 0, 0, 0, 0, 0, 0], zeros)
    #expect(conjugate.2 == 3 && conjugate.3 == -4)
  }

  @Test func clocksAdvanceAndTheProcessorIsKnown() {
    let (wall, thread) = (ejit_monotonic_nanoseconds(), ejit_thread_cpu_nanoseconds())
    while ejit_thread_cpu_nanoseconds() == thread {}
    #expect(ejit_monotonic_nanoseconds() > wall)
    #expect(ejit_symbol("no_such_symbol_here") == nil)
    #expect(ejit_open_library("/no/such/library.so") == nil)
    #if arch(x86_64)
      var registers: [UInt32] = [0, 0, 0, 0]
      ejit_cpuid(1, 0, &registers)
      #expect(registers[3] & 1 << 26 != 0)  // SSE2
      ejit_cpuid(0x7fff_ffff, 0, &registers)
      #expect(registers == [0, 0, 0, 0])
      #expect(ejit_xgetbv(0) & 3 == 3)  // x87 and SSE state
    #endif
  }
}
