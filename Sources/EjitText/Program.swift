import Ejit

/// What a function leaves for its caller.
public enum ResultKind: UInt8, CaseIterable, Sendable {
  /// An integer in `res0`.
  case integer
  /// A double in the first floating-point result register.
  case f64
  /// A float in the first floating-point result register.
  case f32
}

/// A program in the text form: its instructions, and what the text says beyond them.
///
/// Two programs are equal if they say the same, wherever in a file it is written.
public struct Program: Sendable {
  /// The instructions. Where an `extern` is used, its address is still 0 (`instructions(resolving:)`).
  public internal(set) var instructions: [Instruction] = []
  /// The labels that have a name, by number. The others are called `L` and their number.
  public internal(set) var labels: [NamedLabel] = []
  /// The functions, in order; at least one. The first one has no name if the program does not begin with `function`.
  public internal(set) var functions: [Function] = []
  /// The C functions that the program declares.
  public internal(set) var externs: [Name] = []
  /// The instructions that hold the address of a C function, upwards.
  public internal(set) var externUses: [ExternUse] = []
  /// What the program says about how it is to be tested, in the order of the file.
  public internal(set) var directives: [Directive] = []
  /// Where each instruction was written; empty if the program was not read from a text.
  public internal(set) var positions: [SourcePosition] = []

  /// A label and the name that the text form writes for it.
  public struct NamedLabel: Hashable, Sendable {
    /// The label.
    public let label: Label
    /// Its name.
    public let name: Name
  }

  /// An entry point.
  public struct Function: Hashable, Sendable {
    /// The name of its label; empty for the instructions before the first `function`.
    public let name: Name
    /// The label; none for the instructions before the first `function`.
    public let label: Label?
    /// What it returns.
    public let result: ResultKind
    /// The index of its first instruction, which is `entry`, where it has a label.
    public let start: Int
  }

  /// An instruction that holds the address of a C function.
  public struct ExternUse: Hashable, Sendable {
    /// The index of the instruction.
    public let instruction: Int
    /// The index of the C function among the externs.
    public let extern: Int
  }

  /// An `extern` for which there is no address.
  public struct UnresolvedExtern: Error, Equatable, Sendable {
    /// The name of the C function.
    public let name: Name
    /// The index of the first instruction that uses it.
    public let instruction: Int
  }

  init() {}

  /// The program of these instructions.
  ///
  /// Names that the text form cannot write (`Name.isIdentifier`, and `L` with digits) and names given twice are left
  /// out; such labels keep their number for a name.
  public init(_ instructions: [Instruction], names: [Label: Name] = [:], results: [Label: ResultKind] = [:]) {
    var known: Set<Name> = []
    for (label, name) in names.sorted(by: { $0.key.number < $1.key.number }) {
      guard name.isIdentifier, LabelSpelling(name) == .name, known.insert(name).inserted else { continue }
      labels.append(NamedLabel(label: label, name: name))
    }
    for instruction in instructions {
      if case .entry(let label) = instruction {
        append(instruction, result: results[label] ?? .integer)
      } else {
        append(instruction)
      }
    }
    closeFunctions()
    for index in functions.indices { nameFunction(index) }
  }
}

extension Program: Equatable {
  /// Whether two programs say the same.
  public static func == (a: Program, b: Program) -> Bool {
    a.instructions == b.instructions && a.labels == b.labels && a.functions == b.functions
      && a.externs == b.externs && a.externUses == b.externUses && a.directives == b.directives
  }
}

extension Program {
  /// What the text form calls `label`.
  public func name(of label: Label) -> Name {
    var (low, high) = (0, labels.count)
    while low < high {
      let middle = (low + high) / 2
      if labels[middle].label.number < label.number { low = middle + 1 } else { high = middle }
    }
    if low < labels.count, labels[low].label == label { return labels[low].name }
    return Name("L\(label.number)".utf8)
  }

  /// The first function of this name.
  public func function(named name: Name) -> Function? { functions.first { $0.name == name } }

  /// The instructions with the addresses of the C functions that `address` knows.
  public func instructions(
    resolving address: (Name) -> UInt64?
  ) throws(UnresolvedExtern) -> [Instruction] {
    var addresses: [UInt64?] = []
    for name in externs { addresses.append(address(name)) }
    var result = instructions
    for use in externUses {
      guard let address = addresses[use.extern] else {
        throw UnresolvedExtern(name: externs[use.extern], instruction: use.instruction)
      }
      let statement = Statement(result[use.instruction]).replacingPointer(by: address)
      if let resolved = Instruction(statement) { result[use.instruction] = resolved }
    }
    return result
  }

  /// Where the instruction that an error names was written.
  public func position(of error: EjitError) -> SourcePosition? {
    guard let index = error.instruction, positions.indices.contains(index) else { return nil }
    return positions[index]
  }

  /// Adds an instruction, and the function that it begins.
  mutating func append(_ instruction: Instruction, result: ResultKind = .integer) {
    if case .entry(let label) = instruction {
      functions.append(Function(name: "", label: label, result: result, start: instructions.count))
    } else if functions.isEmpty {
      closeFunctions()
    }
    instructions.append(instruction)
  }

  /// A program has a function, even without instructions.
  mutating func closeFunctions() {
    if functions.isEmpty { functions.append(Function(name: "", label: nil, result: .integer, start: 0)) }
  }

  /// Gives a function the name of its label.
  mutating func nameFunction(_ index: Int) {
    let function = functions[index]
    guard let label = function.label else { return }
    functions[index] = Function(name: name(of: label), label: label, result: function.result, start: function.start)
  }
}
