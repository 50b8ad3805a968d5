import Ejit
import EjitText
import Testing

@Suite struct ParseErrorTests {
  private static let integer = "an integer from -9223372036854775808 to 18446744073709551615"
  private static let int32 = "an integer from -2147483648 to 2147483647"
  private static let statement = "an instruction, `name:`, `function`, `label` or `extern`"
  private static let register = "a register (r0 to r63, arg0, res0, saved0, tmp0, … to 15, or sp)"
  private static let label = "the name of a label, or `L` and a number from 0 to 4294967295"
  private static let byte = "an integer from 0 to 255"
  private static let index = "an index register or a displacement from -2147483648 to 2147483647"
  private static let end = "the end of the line or a comment"
  private static let number = "a floating-point number in decimal, `inf` or `nan`"
  private static let hex = "bytes of two hexadecimal digits"

  private static let datum = "a number: of f32 and f64 in decimal, `inf`, `nan` or the bits behind `0x`"

  static let rows: [(String, String)] = [
    ("addd r0, r1, r2", "1:1: \(statement)"),
    ("nop\n  7", "2:3: \(statement)"),
    ("nop\r\n\u{0}", "2:1: \(statement)"),
    ("label: nop", "1:8: \(end)"),
    ("entry x", "1:1: \(statement)"),
    ("add", "1:4: \(register)"),
    ("add r0", "1:7: `,` and \(register)"),
    ("add r0, r1, ", "1:13: \(register)"),
    ("add r0, r1, r2, r3", "1:15: \(end)"),
    ("add r0, r64, r1", "1:9: \(register)"),
    ("add r0, r01, r1", "1:9: \(register)"),
    ("add r0, arg16, r1", "1:9: \(register)"),
    ("add r0, r?256, r1", "1:11: \(byte)"),
    ("add r0, 5, r1", "1:9: \(register)"),
    ("add r0; r1", "1:7: `,` and \(register)"),
    ("add.x r0, r1, r2", "1:4: `.w`"),
    ("ld.w u8, r0, [r1]", "1:3: `ld` without `.w`: it has no 32-bit form"),
    ("movi r0, 18446744073709551616", "1:10: \(integer) or the name of an extern"),
    ("movi r0, -9223372036854775809", "1:10: \(integer) or the name of an extern"),
    ("movi r0, 0x10000000000000000", "1:10: \(integer) or the name of an extern"),
    ("movi r0, 12x", "1:10: \(integer) or the name of an extern"),
    ("movi r0, 0x", "1:10: \(integer) or the name of an extern"),
    ("addi r0, r1, x", "1:14: \(integer)"),
    ("addi r0, r1, --1", "1:14: \(integer)"),
    ("movi r0, puts", "1:10: the name of an extern; `extern puts` would declare it"),
    ("nop\n call x\nextern y", "2:7: the name of an extern; `extern x` would declare it"),
    ("ubfx r0, r1, 256, 1", "1:14: \(byte)"),
    ("ubfx r0, r1, -1, 1", "1:14: \(byte)"),
    ("enter 2147483648", "1:7: \(int32)"),
    ("enter 0, {r1}", "1:10: `saving {…}`"),
    ("enter 0, saving r1", "1:17: `{`"),
    ("enter 0, saving {r1", "1:20: `}`"),
    ("enter 0, saving {r1,}", "1:21: \(register)"),
    ("enter 0 saving {r1}", "1:9: `,` and `saving {…}`"),
    ("mark -1", "1:6: an integer from 0 to 4294967295"),
    ("mark 4294967296", "1:6: an integer from 0 to 4294967295"),
    ("j", "1:2: a label"),
    ("j L4294967296", "1:3: \(label)"),
    ("j L01", "1:3: \(label)"),
    ("L01:", "1:1: \(label)"),
    ("b r0, x", "1:3: a condition (\(Condition.allCases.map { "\($0)" }.joined(separator: ", ")))"),
    ("ld u128, r0, [r1]", "1:4: a memory type (u8, u16, u32, u64, s8, s16, s32, s64)"),
    ("addOverflow r0, r1, r2, x, y", "1:25: `signed` or `unsigned`"),
    ("addShifted r0, r1, r2, rol, 1", "1:24: `shl`, `shr` or `sar`"),
    ("jm r0", "1:4: an address, `[base + index << shift + displacement]` or `[absolute]`"),
    ("jm [", "1:5: a base register or an absolute address"),
    ("jm [r0", "1:7: `]`"),
    ("jm [r0 * 2]", "1:8: `]`"),
    ("jm [r0 + x]", "1:10: \(index)"),
    ("jm [r0 + 2147483648]", "1:10: \(index)"),
    ("jm [r0 - 2147483649]", "1:10: \(index)"),
    ("jm [r0 - -1]", "1:10: \(index)"),
    ("jm [r0 + r1 + r2]", "1:13: `]`"),
    ("jm [r0 + 1 + r1]", "1:12: `]`"),
    ("jm [r0 + r1 << r2]", "1:16: \(byte)"),
    ("jm [18446744073709551616]", "1:5: \(integer)"),
    ("jm [r0 + uxtw]", "1:14: \(index)"),
    ("jm [r0 + uxtw 8]", "1:15: \(index)"),
    ("push r0", "1:6: registers, `{…}`"),
    ("push {r0", "1:9: `}`"),
    ("ccmp eq, lesser, r1, r2", "1:10: `less`, `equal` or `greater`"),
    ("rmw nand, u8, r1, [r2]", "1:5: an operation (add, sub, and, or, xor)"),
    ("prefetch exec, l1, [r1]", "1:10: `read` or `write`"),
    ("prefetch read, l4, [r1]", "1:16: a cache level (l1, l2, l3, stream)"),
    ("section warm", "1:9: `hot` or `cold`"),
    ("data s8, 1", "1:6: a data type (u8, u16, u32, u64, f32, f64)"),
    ("data u8, 1.5", "1:11: \(end)"),
    ("data u8, x", "1:10: \(datum)"),
    ("data f32, x", "1:11: \(datum)"),
    ("data f64, 0x", "1:11: \(datum)"),
    ("data f64, -0x1", "1:11: \(datum)"),
    ("faultSite x, L1", "1:11: an integer from 0 to 4294967295"),
    ("sti u8, r0, 1", "1:9: a place in memory, `[base + displacement]`"),
    ("sti u8, [r0 + r1], 1", "1:13: `]`"),
    ("sti u8, [5], 1", "1:10: a place in memory, `[base + displacement]`"),
    ("function", "1:9: the name of a function"),
    ("function L01", "1:10: \(label)"),
    ("function f ->", "1:14: `f64` or `f32`"),
    ("function f -> integer", "1:15: `f64` or `f32`"),
    ("function f()", "1:11: \(end)"),
    ("extern", "1:7: the name of a C function, other than `L` with digits"),
    ("extern L5", "1:8: the name of a C function, other than `L` with digits"),
    ("label L5 = L5", "1:7: a new name for a label; it has been used before, or is `L` with digits"),
    ("x:\nlabel x = L5", "2:7: a new name for a label; it has been used before, or is `L` with digits"),
    ("label x", "1:8: `=`"),
    ("label x = y", "1:11: `L` and a number from 0 to 4294967295 that has no other name"),
    ("label x = L5\nlabel y = L5", "2:11: `L` and a number from 0 to 4294967295 that has no other name"),
    ("; run:", "1:7: `(`"),
    ("; run: (", "1:9: \(argument)"),
    ("; run: (1", "1:10: `)`"),
    ("; run: (1,) == 1", "1:11: \(argument)"),
    ("; run: (x) == 1", "1:9: \(argument)"),
    ("; run: (1.) == 1", "1:9: \(argument)"),
    ("; run: (18446744073709551616) == 1", "1:9: \(integer)"),
    ("; run: (\"x) == 1", "1:17: `\"`"),
    ("; run: (\"\\y\") == 1", "1:10: \(escape)"),
    ("; run: (\"\\x4\") == 1", "1:10: \(escape)"),
    ("; run: (\"\\", "1:10: \(escape)"),
    ("; run: (out) == 1", "1:12: an integer from 0 to 16777216"),
    ("; run: (out 1, out 16777216) == 1", "1:20: an integer from 0 to 16777215"),
    ("; run: ()", "1:10: `==`, `==f` or `=>`"),
    ("; run: () = 1", "1:11: `==`, `==f` or `=>`"),
    ("; run: () == 1 = 2", "1:16: `==`, `==f` or `=>`"),
    ("; run: () == 1 2", "1:16: \(end)"),
    (
      "; run: () == x", "1:14: an integer from -9223372036854775808 to 18446744073709551615, or a floating-point number"
    ),
    ("; run: () == 1.5", "1:14: an integer: this function has no `-> f64` or `-> f32`"),
    ("; run: () == 1-2", "1:14: \(integer), or a floating-point number"),
    ("; run: (1-2) == 1", "1:10: `)`"),
    ("function f -> f64 ; run: f() == 0x10", "1:33: \(number)"),
    ("; run: () ==f x", "1:15: \(number)"),
    ("; run: f() == 1\nfunction g", "1:8: the name of a function of this file, not `f`"),
    ("f:\n; run: f() == 1", "2:8: the name of a function of this file, not `f`"),
    ("; run: () => 00", "1:11: an argument `out` for `=>` to compare"),
    ("; run: (out 2) => 00", "1:19: 2 bytes, as many as `out` gives"),
    ("; run: (out 2) => 00 1", "1:22: \(hex)"),
    ("; run: (out 2) =>", "1:18: \(hex)"),
    ("ret\n; error: any", "2:3: an instruction on the line of this directive"),
    ("extern x ; error: any", "1:12: an instruction on the line of this directive"),
    ("ret ; error:", "1:13: \(kinds)"),
    ("ret ; error: Any", "1:14: \(kinds)"),
    ("ret ; error: any other", "1:18: \(end)"),
    ("ret ; bytes of it", "1:13: `x86-64:` or `aarch64:`"),
    ("ret ; bytes x86-64:", "1:20: \(hex)"),
    ("ret ; bytes x86-64: c3 9", "1:24: \(hex)"),
    ("; bytes x86-64: c3\nret", "1:3: a function above this directive"),
  ]
  private static let argument = "an integer, a floating-point number, a string in quotes or `out` and a number of bytes"
  private static let escape = "one of `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, `\\\"` or `\\x` and two hexadecimal digits"
  private static let kinds =
    "`any` or a kind of error (\(EjitError.Kind.allCases.map { "\($0)" }.joined(separator: ", ")))"

  private func message(_ text: String) -> String {
    do {
      return "\(try Program(parsing: text).instructions)"
    } catch {
      return error.rendered(file: "FILE")
    }
  }

  @Test func saysWhatWasExpectedWhere() {
    var differing: [String] = []
    for (text, expected) in ParseErrorTests.rows {
      let parts = expected.split(separator: ": ", maxSplits: 1)
      let found = message(text)
      if found != "FILE:\(parts[0]): error: expected \(parts[1])" { differing.append("\(text): \(found)") }
    }
    #expect(differing == [])
  }
}
