import Ejit

/// Cases as one program of C: generated code that makes each call, callees that write down what they find, and a `main`
/// that compares.
public struct CallProgram {
  private let cases: [CallCase]
  private let machine: TestMachine
  private var abi: ABI { machine.target.abi }

  /// Where the frame holds the callee's address.
  static let calleeOffset: Int32 = 8
  private static let (dumpOffset, registersOffset, frameBytes): (Int32, Int32, Int32) = (16, 64, 336)

  /// These calls, made on `machine`.
  public init(_ cases: [CallCase], machine: TestMachine) {
    (self.cases, self.machine) = (cases, machine)
  }

  /// Makes the calls; what was wrong, one line each, and last how many were made.
  public func run() throws -> String { try CProgram.run(try source(), on: machine) }

  private var registers: [Int] { abi.numbers.filter { $0 != abi.framePointer && $0 != 30 } }

  // MARK: Generated code

  /// The function of a case: takes the address of the words for its registers, and behind the register arguments what
  /// its vector registers shall hold.
  private func program(_ test: CallCase, label: Label) -> [Instruction] {
    let saved = RegisterSet(abi.saved.map { Register($0) })
    var program: [Instruction] = [
      .entry(label), .enter(CallProgram.frameBytes, saving: saved, vectors: UInt8(abi.savedVectors.count)),
    ]
    for number in abi.vectorNumbers { program.append(.fldArgument(VectorRegister(number), UInt32(number))) }
    program += [
      .ld(.u64, .temporary(0), .at(.argument(0), 8 * 33)), .st(.u64, .temporary(0), .at(.sp, CallProgram.calleeOffset)),
      .ld(.u64, .temporary(0), .at(.argument(0), 8 * 34)), .st(.u64, .temporary(0), .at(.sp, CallProgram.dumpOffset)),
    ]
    program += registers.filter { $0 != 0 }.map { .ld(.u64, Register($0), .at(.argument(0), 8 * Int32($0))) }
    program += [.ld(.u64, .argument(0), .at(.argument(0))), .push(test.pushed)]
    program += test.program
    let depth = Int32((test.pushed.registers.count * 8 + 15) & ~15)
    program += registers.map {
      .st(.u64, Register($0), .at(.sp, depth + CallProgram.registersOffset + 8 * Int32($0)))
    }
    program += [
      .pop(test.pushed), .lea(.saved(0), .at(.sp, CallProgram.registersOffset)), .pass(.u64, .saved(0)),
    ]
    program += abi.vectorNumbers.map { .fpass(VectorRegister($0)) }
    return program + [.callm(.at(.sp, CallProgram.dumpOffset)), .leave, .ret]
  }

  // MARK: C

  private func source() throws -> String {
    var assembler = Assembler(target: machine.target, features: machine.features)
    var whole: [Instruction] = []
    for (index, test) in cases.enumerated() { whole += program(test, label: Label(UInt32(index))) }
    try assembler.assemble(whole)
    var text = CProgram.definitions(of: assembler.copyCode()) + CallProgram.prologue + trash + dump
    for (index, test) in cases.enumerated() { text += callee(test, index) }
    text += "static const struct test tests[] = {\n"
    for (index, test) in cases.enumerated() {
      let entry = assembler.offset(of: Label(UInt32(index))) ?? 0
      let (how, register) =
        switch test.callee {
        case .frame: (0, 0)
        case .register(let number): (1, number)
        case .memory(let number): (2, number)
        }
      let kept = (test.kept + abi.saved).reduce(0 as UInt32) { $0 | 1 << UInt32($1) }
      let keptVectors = (test.keptVectors + abi.savedVectors).reduce(0 as UInt32) { $0 | 1 << UInt32($1) }
      text +=
        "{(void *)callee\(index), \(entry), \(test.arguments.count), arguments\(index), \(kept)u, \(keptVectors)u, "
        + "\(how), \(register)},\n"
    }
    return text + "};\n" + main
  }

  private static let prologue = """
    typedef struct { uint64_t first, second; } pair;
    struct arg { char kind; unsigned char type, number; uint64_t bits; };
    struct test {
      void *callee; unsigned entry; int count; const struct arg *args; uint32_t kept, kept_vectors; int how, reg;
    };
    static uint64_t seen[64], seen_registers[32], seen_vectors[32], words[64], vectors[32];
    static uint64_t bits32(float x) { uint32_t b; memcpy(&b, &x, 4); return b; }
    static uint64_t bits64(double x) { uint64_t b; memcpy(&b, &x, 8); return b; }
    static uint64_t extend(int type, uint64_t x) {
      switch (type) {
      case 0: return (uint8_t)x; case 1: return (uint16_t)x; case 2: return (uint32_t)x; case 4: return (int8_t)x;
      case 5: return (int16_t)x; case 6: return (int32_t)x; default: return x;
      }
    }

    """

  /// Leaves nothing in the registers that a call may change.
  private var trash: String {
    let body =
      switch machine.target.architecture {
      case .x86_64:
        (["rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"].map { "mov $-77, %\($0)\\n" }
          + (0..<16).map { "movq %rax, %xmm\($0)\\n" }).joined()
      case .aarch64:
        ((0..<18).map { "mov x\($0), #-77\\n" }
          + (0..<32).filter { !(8..<16).contains($0) }.map { "fmov d\($0), x0\\n" }).joined()
      }
    return "void trash(void);\n__asm__(\".text\\ntrash:\\n\(body)ret\\n\");\n"
  }

  private var dump: String {
    let numbers = abi.vectorNumbers
    return "static void dump(const uint64_t *r, \(numbers.map { "double v\($0)" }.joined(separator: ", "))) {\n"
      + "memcpy(seen_registers, r, sizeof seen_registers);\n"
      + numbers.map { "seen_vectors[\($0)] = bits64(v\($0));\n" }.joined() + "}\n"
  }

  private func callee(_ test: CallCase, _ index: Int) -> String {
    let fixed = test.fixed ?? test.arguments.count
    var parameters: [String] = []
    var body = ""
    var table = ""
    if test.fixed != nil { body += "va_list ap; va_start(ap, a\(fixed - 1));\n" }
    for (position, argument) in test.arguments.enumerated() {
      let isVariable = position >= fixed
      let type =
        switch argument {
        case .register(let type, _), .constant(let type, _):
          isVariable || test.isWide ? "uint64_t" : CallProgram.name(of: type)
        case .vector(let w, _): w == .w64 ? "double" : "float"
        }
      let value = isVariable ? "va_arg(ap, \(type))" : "a\(position)"
      if !isVariable { parameters.append("\(type) a\(position)") }
      switch argument {
      case .register(let type, let number):
        table += "{'r', \(type.rawValue), \(number)},"
        body += "seen[\(position)] = (int64_t)\(value);\n"
      case .constant(let type, let constant):
        table += "{'c', \(type.rawValue), 0, \(constant.bits)u},"
        body += "seen[\(position)] = (int64_t)\(value);\n"
      case .vector(let w, let number):
        table += "{'v', \(w == .w64 ? 64 : 32), \(number)},"
        body += "seen[\(position)] = \(w == .w64 ? "bits64" : "bits32")(\(value));\n"
      }
    }
    if test.fixed != nil { parameters.append("...") }
    if parameters.isEmpty { parameters = ["void"] }
    return "static pair callee\(index)(\(parameters.joined(separator: ", "))) {\n\(body)trash();\n"
      + "return (pair){0x1111111100000000 + \(index), 0x2222222200000000 + \(index)};\n}\n"
      + "static const struct arg arguments\(index)[] = {\(table.isEmpty ? "{0}" : table)};\n"
  }

  private static func name(of type: MemoryType) -> String {
    switch type {
    case .u8: "uint8_t"
    case .u16: "uint16_t"
    case .u32: "uint32_t"
    case .u64: "uint64_t"
    case .s8: "int8_t"
    case .s16: "int16_t"
    case .s32: "int32_t"
    case .s64: "int64_t"
    }
  }

  private var main: String {
    let dummies = (1..<abi.argumentCount).map { _ in "0" }.joined(separator: ", ")
    let words = abi.vectorNumbers.map { "vectors[\($0)]" }.joined(separator: ", ")
    let types = ["uint64_t *"] + (1..<abi.argumentCount).map { _ in "long" } + abi.vectorNumbers.map { _ in "uint64_t" }
    // What the function must preserve of vector registers, it has all overwritten.
    let (set, check): (String, String) =
      abi.savedVectors.isEmpty
      ? ("", "")
      : (
        abi.savedVectors.map { "__asm__ volatile(\"fmov d\($0), %0\" : : \"r\"(\(1000 + $0)L) : \"d\($0)\");\n" }
          .joined(),
        abi.savedVectors.map {
          "{ long v; __asm__ volatile(\"fmov %0, d\($0)\" : \"=r\"(v)); wrong |= (v != \(1000 + $0)) << 4; }\n"
        }.joined()
      )
    let results = abi.results
    return """
      int main(void) {
        const char *start = load();
        int count = sizeof tests / sizeof *tests, failures = 0;
        for (int i = 0; i < count; i++) {
          const struct test *t = &tests[i];
          for (int r = 0; r < 32; r++) words[r] = 0x9E3779B97F4A7C15u * (64 * i + r + 1);
          for (int r = 0; r < 32; r++) vectors[r] = 0xBF58476D1CE4E5B9u * (64 * i + r + 1);
          words[33] = words[37] = (uint64_t)t->callee;
          words[34] = (uint64_t)dump;
          if (t->how == 1) words[t->reg] = (uint64_t)t->callee;
          if (t->how == 2) words[t->reg] = (uint64_t)&words[36];
          memset(seen, 0xEE, sizeof seen);
          int wrong = 0;
          \(set)
          ((void (*)(\(types.joined(separator: ", "))))(start + t->entry))(words, \(dummies), \(words));
          \(check)
          for (int a = 0; a < t->count; a++) {
            const struct arg *arg = &t->args[a];
            uint64_t expected = arg->kind == 'c' ? extend(arg->type, arg->bits)
              : arg->kind == 'r' ? extend(arg->type, words[arg->number])
              : arg->type == 32 ? (uint32_t)vectors[arg->number] : vectors[arg->number];
            if (seen[a] != expected) {
              wrong |= 1;
              printf("case %d: argument %d is %llx, not %llx\\n", i, a, (long long)seen[a], (long long)expected);
            }
          }
          if (seen_registers[\(results[0])] != 0x1111111100000000 + i) wrong |= 2;
          if (seen_registers[\(results[1])] != 0x2222222200000000 + i) wrong |= 2;
          for (int r = 0; r < 32; r++) {
            if (t->kept >> r & 1 && seen_registers[r] != words[r]) wrong |= 4;
            if (t->kept_vectors >> r & 1 && seen_vectors[r] != vectors[r]) wrong |= 8;
          }
          if (wrong) { failures++; printf("case %d: wrong %d\\n", i, wrong); }
        }
        printf("%d calls, %d wrong\\n", count, failures);
        return 0;
      }

      """
  }
}
