import Ejit

/// The types of the arguments of a C function.
public struct Signature: Sendable, CustomStringConvertible {
  /// From left to right.
  public let arguments: [ArgumentLayout.Argument]
  /// How many of them are not variable; nil: the function takes no variable ones.
  public let fixed: Int?

  /// As C writes it.
  public var description: String { "(" + parameters.joined(separator: ", ") + ")" }

  private var parameters: [String] {
    arguments.prefix(fixed ?? arguments.count).map(Signature.name) + (fixed == nil ? [] : ["..."])
  }

  private static func name(_ argument: ArgumentLayout.Argument) -> String {
    switch argument {
    case .float(.w32): "float"
    case .float(.w64): "double"
    case .integer(let type):
      switch type {
      case .u8: "unsigned char"
      case .s8: "signed char"
      case .u16: "unsigned short"
      case .s16: "short"
      case .u32: "unsigned"
      case .s32: "int"
      case .u64: "unsigned long long"
      case .s64: "long long"
      }
    }
  }

  /// Where `abi` puts the arguments, and how many vector registers carry some.
  public func places(_ abi: ABI) -> (places: [ArgumentLayout.Place], vectorRegisters: Int) {
    var layout = ArgumentLayout(abi, isVariadic: fixed != nil)
    var places: [ArgumentLayout.Place] = []
    for (index, argument) in arguments.enumerated() {
      if index == fixed { layout.beginVariable() }
      places.append(layout.next(argument))
    }
    return (places, layout.vectorRegisterCount)
  }

  /// A function of C that passes the variable `probe` as one of the arguments, zeros as the others.
  func probe(_ probed: Int, number: Int) -> String {
    let name = Signature.name(arguments[probed])
    let values = arguments.indices.map { index in
      index == probed ? "probe\(number)" : "(\(Signature.name(arguments[index])))0"
    }
    return """
      __attribute__((visibility("hidden"))) extern \(name) probe\(number);
      void callee\(number)(\(parameters.joined(separator: ", ")));
      void caller\(number)(void) { callee\(number)(\(values.joined(separator: ", "))); sink = 1; }

      """
  }

  /// The same by our ops: the value is in a register that carries no argument.
  func program(_ probed: Int, _ target: Target) -> [Instruction] {
    var program: [Instruction] = [.enter(0)]
    for (index, argument) in arguments.enumerated() {
      if index == fixed { program.append(.variadic) }
      switch argument {
      case .integer(let type): program.append(index == probed ? .pass(type, .saved(2)) : .passi(type, 0))
      case .float(let w): program.append(.fpass(width: w, VectorRegister(index == probed ? 12 : 13)))
      }
    }
    if fixed == arguments.count { program.append(.variadic) }
    return program + [.call(0x1234_5678_9ABC)]
  }

  /// Signatures of all kinds: each type alone, more arguments than registers, mixed and variadic ones.
  public static let all: [Signature] = {
    let types = MemoryType.allCases.map { ArgumentLayout.Argument.integer($0) } + [.float(.w32), .float(.w64)]
    var all: [Signature] = []
    for type in types { all.append(Signature(arguments: Array(repeating: type, count: 11), fixed: nil)) }
    var state: UInt64 = 1
    func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for round in 0..<30 {
      let count = 2 + below(13)
      let fixed = round % 3 == 0 ? 1 + below(count) : nil
      // What C promotes cannot be variable.
      let arguments = (0..<count).map { index -> ArgumentLayout.Argument in
        let promoted: [ArgumentLayout.Argument] = [
          .integer(.s32), .integer(.u32), .integer(.s64), .integer(.u64), .float(.w64), .float(.w64),
        ]
        return index >= fixed ?? .max ? promoted[below(6)] : types[below(types.count)]
      }
      all.append(Signature(arguments: arguments, fixed: fixed))
    }
    return all
  }()
}

/// Where clang and our ops put each argument of a signature.
public struct ArgumentComparison {
  /// What differs, one line each.
  public private(set) var differences: [String] = []
  /// How many arguments were compared.
  public private(set) var count = 0

  /// Compares all signatures on `target`, for which clang's triple is `triple`.
  public init(_ target: Target, triple: String) throws {
    var source = "volatile int sink;\n"
    var probes: [(signature: Signature, index: Int)] = []
    for signature in Signature.all {
      for index in signature.arguments.indices {
        source += signature.probe(index, number: probes.count)
        probes.append((signature, index))
      }
    }
    let assembly = try ArgumentComparison.assembly(source, triple, target.architecture)
    var sequences: [[UInt8]] = []
    for (signature, index) in probes {
      var assembler = Assembler(target: target, features: .baseline)
      try assembler.assemble(signature.program(index, target))
      sequences.append(assembler.copyCode())
    }
    let ours = try Disassembler.disassemble(sequences, for: target.architecture)
    for (number, (signature, index)) in probes.enumerated() {
      let name = "\(target.abi) \(signature), argument \(index)"
      var clang = ArgumentProbe(target.architecture)
      var own = ArgumentProbe(target.architecture, registers: ArgumentComparison.sources(target))
      guard clang.follow(assembly["caller\(number)"] ?? []), own.follow((ours[number] ?? []).map(\.text)) else {
        differences.append("\(name): no call")
        continue
      }
      let (places, vectors) = signature.places(target.abi)
      let expected = ArgumentComparison.expected(places[index], target)
      for (who, probe) in [("clang", clang), ("emitted", own)] {
        let found = ArgumentComparison.found(probe, among: places, target)
        if found != expected { differences.append("\(name): \(who) \(found), said to be \(expected)") }
        if target.abi == .sysV && signature.fixed != nil && probe.al != vectors {
          differences.append("\(name): \(who) has \(probe.al ?? -1) in al, not \(vectors)")
        }
      }
      count += 1
    }
  }

  /// The registers that carry the value in our code: number 2 of those that calls preserve, and number 12.
  private static func sources(_ target: Target) -> Set<String> {
    switch target.abi {
    case .sysV: ["r13", "xmm12"]
    case .win64: ["rsi", "xmm12"]
    case .aapcs64, .appleARM64, .windowsARM64: ["x21", "d12"]
    }
  }

  private static func integerNames(_ abi: ABI) -> [String] {
    switch abi {
    case .sysV: ["rdi", "rsi", "rdx", "rcx", "r8", "r9"]
    case .win64: ["rcx", "rdx", "r8", "r9"]
    case .aapcs64, .appleARM64, .windowsARM64: (0..<8).map { "x\($0)" }
    }
  }

  private static func vectorNames(_ abi: ABI) -> [String] {
    switch abi {
    case .sysV: (0..<8).map { "xmm\($0)" }
    case .win64: (0..<4).map { "xmm\($0)" }
    case .aapcs64, .appleARM64, .windowsARM64: (0..<8).map { "d\($0)" }
    }
  }

  private static func expected(_ place: ArgumentLayout.Place, _ target: Target) -> [String] {
    switch place {
    case .register(let number): [integerNames(target.abi)[number]]
    case .vector(let number): [vectorNames(target.abi)[number]]
    case .both(let number, let vector): [integerNames(target.abi)[number], vectorNames(target.abi)[vector]]
    case .stack(let offset, _): ["\(offset)"]
    }
  }

  /// Of registers those that carry any argument: others may hold the value on its way.
  private static func found(
    _ probe: ArgumentProbe, among all: [ArgumentLayout.Place], _ target: Target
  ) -> [String] {
    let names = integerNames(target.abi) + vectorNames(target.abi)
    let used = Set(all.flatMap { expected($0, target) })
    let places = probe.places
    return names.filter { used.contains($0) && places.registers.contains($0) }
      + places.slots.sorted().filter { $0 >= 0 }.map { "\($0)" }
  }

  /// clang's lines by function.
  private static func assembly(
    _ source: String, _ triple: String, _ architecture: Target.Architecture
  ) throws -> [String: [String]] {
    let output = try ReferenceCompiler.assembly(of: source, triple, architecture)
    var functions: [String: [String]] = [:]
    var current = ""
    for line in output.split(separator: "\n") {
      if line.hasPrefix("caller") || line.hasPrefix("_caller"), let colon = line.firstIndex(of: ":") {
        current = String(line[..<colon].drop { $0 == "_" })
      } else {
        functions[current, default: []].append(String(line))
      }
    }
    return functions
  }
}
