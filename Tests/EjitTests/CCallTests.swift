import Ejit
import TestSupport
import Testing

/// Rows H4 and H9: `printf` from generated code, and frames of generated code between those of C, on both machines.
@Suite struct CCallTests {
  /// A program of C whose `main` has the code of `program`, loaded, as `start`.
  private func run(_ program: [Instruction], _ text: String, on machine: TestMachine) throws -> String {
    var assembler = Assembler(target: machine.target, features: machine.features)
    try assembler.assemble(program)
    return try CProgram.run(CProgram.definitions(of: assembler.copyCode()) + text, on: machine)
  }

  /// Integers and numbers of all kinds, more than registers carry: what C itself prints is the same.
  @Test(arguments: CallRunTests.machines.indices) func printfPrints(_ index: Int) throws {
    let machine = CallRunTests.machines[index]
    guard isAvailable(machine), hasTools(.clang) else { return }
    // (buffer, size, snprintf, format, integer, text; two numbers)
    var program: [Instruction] = [
      .enter(0, saving: [.saved(0), .saved(1)]), .mov(.saved(0), .argument(2)), .mov(.saved(1), .argument(5)),
      .pass(.u64, .argument(0)), .pass(.u64, .argument(1)), .pass(.u64, .argument(3)), .variadic,
    ]
    for _ in 0..<5 {
      program += [
        .pass(.s32, .argument(4)), .fpass(.argument(0)), .pass(.u64, .saved(1)), .passi(.s64, -0x1234_5678_9ABC),
        .fpass(.argument(1)), .pass(.u8, .argument(4)), .pass(.s64, .argument(4)),
      ]
    }
    program += [.keep([.argument(3), .argument(4)]), .callr(.saved(0)), .leave, .ret]
    let format = String(repeating: "%d %g %s %lld %.17g %u %lld|", count: 5)
    let values = Array(repeating: "(int)i, a, t, -0x123456789abcll, b, (unsigned char)i, i", count: 5)
    let output = try run(
      program,
      """
      int main(void) {
        const char *start = load();
        char ours[2000], theirs[2000];
        long long i = -0x765432100fffll;
        double a = 0.1, b = -2.5e300;
        const char *t = "text", *format = "\(format)";
        int n = ((int (*)(char *, long, void *, const char *, long long, const char *, double, double))start)(
          ours, sizeof ours, snprintf, format, i, t, a, b);
        int m = snprintf(theirs, sizeof theirs, format, \(values.joined(separator: ", ")));
        printf("%d %s", n == m && n > 200, strcmp(ours, theirs) ? ours : "same");
        return 0;
      }

      """, on: machine)
    #expect(output == "1 same")
  }

  /// C, generated code, C, generated code, C: the chain of frame pointers leads through all of them.
  @Test(arguments: CallRunTests.machines.indices) func framesAreWalkedThroughNestedCalls(_ index: Int) throws {
    let machine = CallRunTests.machines[index]
    guard isAvailable(machine), hasTools(.clang) else { return }
    // (function of C, code for it): calls it with the code and eleven more arguments, amid pushed and kept registers.
    let all = RegisterSet(machine.target.abi.saved.map { Register($0) })
    let vectors = UInt8(machine.target.abi.savedVectors.count)
    var program: [Instruction] = [
      .enter(5000, saving: all, vectors: vectors), .push([.argument(0), .argument(1), .argument(2)]),
      .pass(.u64, .argument(1)),
    ]
    program += (0..<11).map { .passi(.u64, Imm64(100 + $0)) }
    program += [
      .keep([.argument(3), .temporary(0)]), .fkeep(.temporary(0)), .callr(.argument(0)),
      .pop([.argument(0), .argument(1), .argument(2)]), .leave, .ret,
    ]
    let output = try run(
      program,
      """
      typedef void (*function)(void *, void *);
      static const char *start;
      static void **bottom;
      static int in_code(void *p) { return (const char *)p > start && (const char *)p <= start + sizeof code; }
      __attribute__((noinline)) static void walk(void *unused, long a, long b, long c, long d, long e, long f, long g,
                                                 long h, long i, long j, long k) {
        void **frame = __builtin_frame_address(0);
        for (int depth = 0; depth < 20 && frame != bottom; depth++) {
          printf("%s ", in_code(frame[1]) ? "code" : "C");
          frame = frame[0];
        }
        printf("%s %ld\\n", frame == bottom ? "end" : "lost", k);
      }
      __attribute__((noinline)) static void middle(void *code, long a, long b, long c, long d, long e, long f, long g,
                                                   long h, long i, long j, long k) {
        ((function)code)(walk, 0);
        printf("%ld ", k);
      }
      int main(void) {
        start = load();
        bottom = __builtin_frame_address(0);
        ((function)start)(middle, (void *)start);
        printf("done\\n");
        return 0;
      }

      """, on: machine)
    #expect(output == "code C code C end 110\n110 done\n")
  }
}
