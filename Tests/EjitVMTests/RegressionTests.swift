import EjitVM
import Testing

/// Programs that were once executed wrongly, each made small; `main` takes three arguments.
@Suite struct RegressionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var arguments: [Value]
    /// What is returned; nil: a type error at `offset`.
    var result: Value?
    var offset = 0
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "a compare-and-jump of an int and a float, by the interpreter's slow path",
      text: "local.get 0\n const 0.0\n eq\n jump.unless no\n const 1\n return\nno:\n const 2\n return",
      arguments: [.int(8), .nil, .nil], result: .int(2)),
    Case(
      name: "a compare-and-jump of two strings",
      text: "const \"a\"\n const \"b\"\n ne\n jump.unless no\n const 1\n return\nno:\n const 2\n return",
      arguments: [.nil, .nil, .nil], result: .int(1)),
    Case(
      name: "a conditional jump on what is known to be an integer",
      text: "const 1\n jump.if yes\nyes:\n const 1\n return", arguments: [.nil, .nil, .nil], offset: 2),
    Case(
      name: "the count of what is known to be an integer", text: "const 5\n array.len\n return",
      arguments: [.nil, .nil, .nil], offset: 2),
    Case(
      name: "an element at an index that is known to be a float",
      text: "const 3\n array.new i64\n local.get 1\n array.get\n return", arguments: [.nil, .float(1), .nil], offset: 6),
    Case(
      name: "the byte of what is known to be an integer", text: "local.get 0\n const 0\n string.at\n return",
      arguments: [.int(7), .nil, .nil], offset: 4),
    Case(
      name: "a table for what is known to be a float", text: "local.get 0\n switch a default a\na:\n const 1\n return",
      arguments: [.float(0), .nil, .nil], offset: 2),
    Case(
      name: "a value below a call, in the slot of what the handler catches",
      text: """
         handler from to catch
        from:
         const 5
         array.new any
         const 1.5
         call same
         array.push
        to:
         local.get 0
         return
        catch:
         local.set 2
         local.get 0
         return
        """, arguments: [.int(9), .nil, .nil], result: .int(9)),
    Case(
      name: "a local that only the taken way of a comparison out of line reads",
      text: """
         local.get 0
         const 14.5
         local.get 0
         min
         ne
         jump.unless same
         local.get 2
         throw
        same:
         local.get 0
         return
        """, arguments: [.int(-3), .int(-1), .int(7)], result: .int(-3)),
    Case(
      name: "a result in the register of what only a handler reads",
      text: """
         handler from to catch
        from:
         local.get 0
         const 1
         le
         jump.if to
         const 1
         local.get 0
         rem
         return
        to:
         jump end
        catch:
         drop
        end:
         local.get 0
         return
        """, arguments: [.float(14.5), .nil, .nil], result: .float(1)),
  ]

  @Test(arguments: cases) func holds(_ test: Case) throws {
    let text = ".fn main args=3 locals=0\n\(test.text)\n.fn same args=1 locals=0\n local.get 0\n return\n"
    let module = try Module(text: Array(text.utf8))
    for tier in [Options.Tier.interpreter, .jit] {
      for every in [0, 1, 2] {
        var options = Options()
        (options.tier, options.deoptEvery, options.depthLimit) = (tier, every, 100)
        let machine = try VM(module, options: options)
        // The second call may find other code than the first one.
        for _ in 0..<2 {
          do throws(Trap) {
            #expect(try machine.call("main", test.arguments) == test.result)
          } catch {
            #expect(test.result == nil && error.kind == .typeError)
            #expect(error.backtrace == [Trap.Place(function: 0, offset: test.offset)])
          }
        }
      }
    }
  }
}
