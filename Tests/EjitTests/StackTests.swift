import CEjitShims
import Ejit
import EjitImage
import ExecutableMemory
import TestSupport
import Testing

/// Rows H8 and H9: large frames touch each of their pages, and frame pointers form a chain.
@Suite struct StackTests {
  private static let page = 4096

  /// Calls `callee` on the stack that ends at the first argument.
  private static func onOtherStack(_ callee: UInt64) -> [Instruction] {
    [
      .enter(0, saving: [.saved(0)]), .mov(.saved(0), .sp), .mov(.sp, .argument(0)), .call(Immediate(bits: callee)),
      .mov(.sp, .saved(0)), .leave, .ret,
    ]
  }

  /// A function that does nothing but make a frame.
  private static func function(_ bytes: Int) -> [Instruction] {
    [.enter(Int32(bytes), saving: [.saved(1)]), .movi(.saved(1), 5), .movi(.result(0), 42), .leave, .ret]
  }

  /// A stack of a few pages, below which nothing is mapped: a frame that fits is made, one that does not ends the call
  /// at the first page that is not there, though nothing is stored in it.
  @Test func largeFramesTouchEveryPage() throws {
    let machine = TestMachine(target: .aarch64, features: .baseline)
    guard isAvailable(machine), !machine.isNative else { return }
    var image = AArch64Image()
    let stack = try image.addOutput(count: 16 * StackTests.page)
    func add(_ program: [Instruction]) throws -> UInt64 {
      var assembler = Assembler(target: .aarch64, features: .baseline)
      try assembler.assemble(program.span)
      return try image.addCode(assembler.copyCode().span)
    }
    var rows: [(pages: Int, room: Int)] = []
    let sizes = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 64, 256, 4096]
    for pages in sizes {
      let function = try add(StackTests.function(pages * StackTests.page))
      let outer = try add(StackTests.onOtherStack(function))
      for room in 1...15 where room != pages {
        _ = try image.addCall(outer, [stack.address + UInt64(room * StackTests.page)])
        rows.append((pages, room))
      }
    }
    for (row, outcome) in zip(rows, try image.run().outcomes) {
      // A frame of one page and what it saves reaches over a page, so it is large.
      let fits = row.pages < row.room
      let isRight = fits ? outcome.ending == .returned && outcome.x0 == 42 : outcome.ending == .signal(11)
      if !isRight { Issue.record("\(row.pages) pages on \(row.room): \(outcome.ending)") }
    }
  }

  #if arch(x86_64) || arch(arm64)
    /// Room, a page that is not accessible, and a stack above: the frame, if nothing stopped it, would end in the room.
    private static func callNearGuard(_ bytes: Int, stackPages: Int) throws -> UInt64 {
      let page = Int(ejit_page_size())
      let room = 64 * page
      var base: UnsafeMutableRawPointer?
      guard ejit_reserve(room + page + stackPages * page, &base) == 0, let base else { return 0 }
      guard ejit_protect_read_write(base, room) == 0 else { return 0 }
      guard ejit_protect_read_write(base + room + page, stackPages * page) == 0 else { return 0 }
      let function = try Executable(StackTests.function(bytes))
      let outer = try Executable(onOtherStack(UInt64(UInt(bitPattern: function.baseAddress))))
      typealias Function = @convention(c) (UnsafeMutableRawPointer) -> UInt64
      let top = base + room + page + stackPages * page
      return unsafe outer.withEntry(as: Function.self) { unsafe $0(top) }
    }

    @Test func largeFramesStopAtTheGuardOfTheStack() async throws {
      guard Executable.isSupported else { return }
      // What fits, fits.
      for pages in 1...8 {
        let bytes = (pages - 1) * Int(ejit_page_size())
        #expect(try StackTests.callNearGuard(bytes, stackPages: pages) == 42)
      }
      await #expect(processExitsWith: .signal(11)) {
        _ = try StackTests.callNearGuard(4 * Int(ejit_page_size()), stackPages: 2)
      }
      await #expect(processExitsWith: .signal(11)) {
        _ = try StackTests.callNearGuard(60 * Int(ejit_page_size()), stackPages: 1)
      }
      await #expect(processExitsWith: .signal(11)) {
        _ = try StackTests.callNearGuard(9 * Int(ejit_page_size()) + 16, stackPages: 8)
      }
    }
  #endif

  /// Each frame pointer points at the one before, with the return address above it.
  @Test(arguments: TestMachine.all) func framePointersFormAChain(on machine: TestMachine) throws {
    guard isAvailable(machine) else { return }
    let pointer = Register(machine.target.abi.framePointer)
    let (result, temporary) = (Register.result(0), Register.temporary(0))
    for bytes: Int32 in [0, 24, 5000] {
      var calls = Calls(machine)
      // The innermost goes up as many frames as its argument says, and returns what the second word says of.
      let walker = try calls.add([
        .enter(bytes, saving: [.saved(0), .saved(1), .saved(2)]), .mov(temporary, pointer), .label(1),
        .branchi(.eq, .argument(0), 0, 2), .ld(.u64, temporary, .at(temporary)), .subi(.argument(0), .argument(0), 1),
        .j(1), .label(2), .branchi(.eq, .argument(1), 0, 3), .ld(.u64, temporary, .at(temporary, 8)), .label(3),
        .mov(result, temporary), .leave, .ret,
      ])
      func caller(_ callee: UInt64, _ after: [Instruction]) -> [Instruction] {
        [.enter(bytes * 2 + 8, saving: [.saved(3)]), .call(Immediate(bits: callee)), .label(7)] + after + [
          .leave, .ret,
        ]
      }
      let middle = try calls.add(caller(walker.address, []), labels: [7])
      // Distances from its own frame pointer; return addresses as they are.
      let distance: [Instruction] = [.sub(result, result, pointer)]
      let first = try calls.add(caller(middle.address, distance), labels: [7])
      let second = try calls.add(caller(middle.address, []), labels: [7])
      calls.call(first.address, [2, 0])
      calls.call(second.address, [0, 1])
      calls.call(second.address, [1, 1])
      let outer = try calls.add(caller(first.address, []), labels: [7])
      calls.call(outer.address, [2, 0])
      let inner = try calls.add(caller(second.address, [.sub(result, result, pointer)]), labels: [7])
      calls.call(inner.address, [3, 0])
      #expect(try calls.run() == [0, middle.address(of: 7), second.address(of: 7), 0, 0])
    }
  }
}
