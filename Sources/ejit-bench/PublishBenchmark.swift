import CEjitShims
import CMallocCount
import Ejit

/// What it costs until code can be called: the 20,000 functions of S4 into plain memory and through an arena, and one
/// function with pages of its own, with the system calls by themselves.
struct PublishBenchmark {
  private let functions: [Instruction]
  private let offsets: [Int]
  private let count: Int
  private let s1 = Stream.s1()

  init() {
    let (stream, offsets) = Stream.s4()
    (functions, self.offsets, count) = (stream.instructions, offsets, stream.count)
  }

  func run(_ report: inout Report) throws(EjitError) {
    var assembler = Assembler()
    var (emit, warm, add, fresh, calls) = (Measurement(), Measurement(), Measurement(), Measurement(), Measurement())
    var (bytes, allocations) = (0, 0.0)
    for round in 0..<9 {
      let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 4096)
      defer { plain.deallocate() }
      plain.initializeMemory(as: UInt8.self, repeating: 0)
      bytes = try emitAll(&assembler, to: plain, &emit)
      let arena: CodeArena
      do { arena = try CodeArena(capacity: 8 << 20) } catch { throw EjitError(error) }
      var blocks: [CodeArena.Block] = []
      blocks.reserveCapacity(offsets.count)
      try addAll(&assembler, to: arena, &blocks, &add)
      for block in blocks { do { try arena.free(block) } catch { throw EjitError(error) } }
      blocks.removeAll(keepingCapacity: true)
      let before = malloc_count()
      try addAll(&assembler, to: arena, &blocks, &warm)
      if round > 0 { allocations = Double(malloc_count() - before) / Double(offsets.count - 1) }
      try makeFresh(&fresh, &calls)
    }
    report.add("ejit", "S4_emit_us", emit.median / 1000)
    report.add("ejit", "S4_dual_warm_us", warm.median / 1000)
    report.add("ejit", "S4_add_dual_us", add.median / 1000)
    report.add("ejit", "S4_allocs_per_fn", allocations)
    report.add("ejit", "S4_bytes", Double(bytes))
    report.add("ejit", "S4_nins", Double(count))
    report.add("ejit", "S1fresh_us", fresh.median / 1000)
    report.add("ejit", "S1fresh_calls_us", calls.median / 1000)
  }

  private func emitAll(
    _ assembler: inout Assembler, to memory: UnsafeMutableRawBufferPointer, _ time: inout Measurement
  ) throws(EjitError) -> Int {
    var out = 0
    let start = ejit_thread_cpu_nanoseconds()
    try functions.withUnsafeBufferPointer { all throws(EjitError) in
      for index in 0..<offsets.count - 1 {
        let function = UnsafeBufferPointer(rebasing: all[offsets[index]..<offsets[index + 1]])
        try assembler.assemble(function.span)
        assembler.withCode { code in
          code.withUnsafeBytes {
            memory.baseAddress!.advanced(by: out).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
          }
          out += (code.count + 15) & ~15
        }
      }
    }
    time.add(Double(ejit_thread_cpu_nanoseconds() - start) / Double(offsets.count - 1))
    return out
  }

  private func addAll(
    _ assembler: inout Assembler, to arena: CodeArena, _ blocks: inout [CodeArena.Block], _ time: inout Measurement
  ) throws(EjitError) {
    let start = ejit_thread_cpu_nanoseconds()
    try functions.withUnsafeBufferPointer { all throws(EjitError) in
      for index in 0..<offsets.count - 1 {
        let function = UnsafeBufferPointer(rebasing: all[offsets[index]..<offsets[index + 1]])
        try assembler.assemble(function.span)
        blocks.append(try arena.add(assembler))
      }
    }
    time.add(Double(ejit_thread_cpu_nanoseconds() - start) / Double(offsets.count - 1))
  }

  /// A function from nothing to callable and away again, and the same system calls without anything else.
  private func makeFresh(
    _ fresh: inout Measurement, _ calls: inout Measurement
  ) throws(EjitError) {
    typealias Sum = @convention(c) () -> UInt64
    var start = ejit_thread_cpu_nanoseconds()
    for _ in 0..<500 {
      let code = try Executable(s1.instructions)
      guard unsafe code.baseAddress != UnsafeRawPointer(bitPattern: 16) else { return }
    }
    fresh.add(Double(ejit_thread_cpu_nanoseconds() - start) / 500)
    start = ejit_thread_cpu_nanoseconds()
    for _ in 0..<500 {
      var address: UnsafeMutableRawPointer?
      guard ejit_map_read_write(ejit_page_size(), &address) == 0, let address else { return }
      address.storeBytes(of: 0xC3, as: UInt8.self)  // the page fault that any code takes
      guard ejit_protect_read_execute(address, ejit_page_size()) == 0, ejit_unmap(address, ejit_page_size()) == 0 else {
        return
      }
    }
    calls.add(Double(ejit_thread_cpu_nanoseconds() - start) / 500)
  }
}
