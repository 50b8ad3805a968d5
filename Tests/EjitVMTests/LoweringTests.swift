import EjitVM
import Testing

/// What becomes of bytecode when it is loaded: micro-ops on slots, as `--dump microops` shows them: number, `@` the
/// instruction's offset, `op.x a b c`, or one wide field in place of b and c.
@Suite struct LoweringTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Of a function of two arguments and one local.
    var bytecode: String
    var microOps: String
  }

  static let cases: [Case] = [
    Case(
      testDescription: "comparison and jump are one",
      bytecode: "local.get 0; local.get 1; lt; jump.if x; nil; return; x:; const true; return",
      microOps: """
        f: 7 slots
          0 @4 jumpLt.0 0 1 1
          1 @11 return.0 3 0 0
          2 @13 return.0 4 0 0
        """),
    Case(
      testDescription: "so they are with a constant, and with all `not` between them",
      bytecode: "local.get 0; const 7; ge; not; jump.unless x; const 1; return; x:; const 2; return",
      microOps: """
        f: 7 slots
          0 @4 jumpGeI.0 0 7 1
          1 @13 return.0 3 0 0
          2 @16 return.0 4 0 0
        """),
    Case(
      testDescription: "constants of 16 bits are a part of operations, others have slots",
      bytecode: "local.get 0; const 5; add; const 3; mul; const -8; div; const 7; and; const 100000; add; return",
      microOps: """
        f: 6 slots
          0 @4 addI.0 4 0 5
          1 @7 mulI.0 4 4 3
          2 @10 divI.0 4 4 65528
          3 @13 andI.0 4 4 7
          4 @18 add.0 4 4 3
          5 @19 return.0 4 0 0
        """),
    Case(
      testDescription: "division by a power of two knows which",
      bytecode: "local.get 0; const 8; rem; local.get 0; const 16; div; add; local.get 1; const 2; shl; add; return",
      microOps: """
        f: 6 slots
          0 @4 remI.3 3 0 8
          1 @9 divI.4 4 0 16
          2 @10 add.0 3 3 4
          3 @15 shlI.0 4 1 2
          4 @16 add.0 3 3 4
          5 @17 return.0 3 0 0
        """),
    Case(
      testDescription: "increment, comparison and jump are one; a loop tests at its bottom, and counts there",
      bytecode: """
        const 0; local.set 2; jump test; again:; local.get 1; local.get 2; add; local.set 1; local.get 2; const 1; add; \
        local.set 2; test:; local.get 2; local.get 0; lt; jump.if again; local.get 1; return
        """,
      microOps: """
        f: 5 slots
          0 @2 loadInt.0 2 0
          1 @27 jumpNotLt.0 2 0 2
          2 @13 add.0 1 1 2
          3 @20 addJumpLt.3 2 0 65534
          4 @35 return.0 1 0 0
        """),
    Case(
      testDescription: "locals are operands where they are, and `local.tee` the place of a result",
      bytecode:
        "local.get 0; local.get 1; sub; local.get 0; local.get 1; add; mul; local.tee 2; local.get 2; swap; sub; return",
      microOps: """
        f: 6 slots
          0 @4 sub.0 3 0 1
          1 @9 add.0 4 0 1
          2 @10 mul.0 2 3 4
          3 @16 sub.0 3 2 2
          4 @17 return.0 3 0 0
        """),
    Case(
      testDescription: "arguments are moved to where the callee's frame begins",
      bytecode: "local.get 0; local.get 1; call f; local.get 0; swap; call f; return",
      microOps: """
        f: 5 slots
          0 @4 move.0 3 0 0
          1 @4 move.0 4 1 0
          2 @4 call.0 3 0
          3 @8 move.0 4 3 0
          4 @9 move.0 3 0 0
          5 @9 call.0 3 0
          6 @11 return.0 3 0 0
        """),
    Case(
      testDescription: "a table stands behind its jump",
      bytecode: "local.get 0; switch a b default c; a:; const 1; return; b:; const 2; return; c:; const 3.5; return",
      microOps: """
        f: 7 slots
          0 @2 jumpTable.0 0 2 0
          1 @2 3
          2 @2 4
          3 @2 5
          4 @18 return.0 3 0 0
          5 @21 return.0 4 0 0
          6 @24 return.0 5 0 0
        """),
  ]

  @Test(arguments: cases) func isLowered(_ test: Case) throws {
    let body = test.bytecode.split(separator: ";").joined(separator: "\n")
    let text = ".fn f args=2 locals=1\n\(body)\n"
    #expect(try VM(try Module(text: Array(text.utf8))).microOps == test.microOps + "\n")
  }
}
