import ExecutableMemory

/// Why a program was refused. Nothing was emitted, nothing was mapped.
public struct EjitError: Error, Equatable, Sendable {
  /// What was wrong.
  @frozen public enum Kind: UInt8, CaseIterable, Sendable {
    /// A number or role that the target does not have. Detail: the register's raw value.
    case noSuchRegister
    /// `sp` where the op does not allow it.
    case stackPointerNotAllowed
    /// An immediate, count, position, shift or memory immediate that the op does not allow. Detail: its bits.
    case immediateOutOfRange
    /// A label bound twice. Detail: its number.
    case duplicateLabel
    /// A label used (first by this instruction) but never bound. Detail: its number.
    case unboundLabel
    /// A consumer of flags that no producer reaches, because something between may destroy them.
    case flagsClobbered
    /// A condition that its comparison or producer does not define. Detail: its raw value.
    case badCondition
    /// A memory order that an op does not have: a load that releases, a store that acquires. Detail: its raw value.
    case badOrder
    /// Destinations that must differ are equal, or the frame pointer as destination. Detail: the register.
    case registerConflict
    /// The target lacks a feature. Detail: the feature's raw value.
    case missingFeature
    /// Code too far away for the widest branch of the target, or beyond `Target.maximumCode`. Detail: the label.
    case outOfReach
    /// A frame that is negative, too large or saves what is not preserved; a call, return or `leave` out of place.
    case badFrame
    /// An entry point that is no instruction boundary of the target or lies outside of the code. Detail: offset.
    case unalignedEntry
    /// A run of operand values that does not belong to the op that closes it.
    case malformedRun
    /// The arena has no room.
    case arenaFull
    /// The system refused memory. Detail: errno.
    case system
  }

  /// What was wrong.
  public let kind: Kind
  private let index: UInt32
  /// The number that the kind names.
  public let detail: UInt64

  /// The index of the instruction in the program as given; nil where no instruction is to blame.
  public var instruction: Int? { index == .max ? nil : Int(index) }

  /// An error of `kind` at `instruction`.
  public init(_ kind: Kind, instruction: Int? = nil, detail: UInt64 = 0) {
    self.kind = kind
    index = instruction.map(UInt32.init(clamping:)) ?? .max
    self.detail = detail
  }

  init(_ refusal: Refusal, instruction: Int) {
    self.init(refusal.kind, instruction: instruction, detail: refusal.detail)
  }

  /// What executable memory reports, in the words of this library.
  public init(_ error: MemoryError) {
    switch error {
    case .arenaFull: self.init(Kind.arenaFull)
    case .system(let system): self.init(system)
    case .invalidRange: self.init(Kind.unalignedEntry)
    case .outOfReach: self.init(Kind.outOfReach)
    }
  }

  /// What the system reports, in the words of this library.
  public init(_ error: SystemError) {
    self.init(Kind.system, detail: UInt64(UInt32(bitPattern: error.errno)))
  }
}

/// Why a lowering refuses an instruction; the loop that called it knows which one it was.
struct Refusal: Error {
  let kind: EjitError.Kind
  let detail: UInt64

  init(_ kind: EjitError.Kind, _ detail: UInt64 = 0) {
    self.kind = kind
    self.detail = detail
  }

  static func noSuchRegister(_ register: Register) -> Refusal {
    Refusal(.noSuchRegister, UInt64(register.rawValue))
  }
  static func noSuchRegister(_ register: VectorRegister) -> Refusal {
    Refusal(.noSuchRegister, UInt64(register.rawValue))
  }
  static func immediate(_ value: Int64) -> Refusal {
    Refusal(.immediateOutOfRange, UInt64(bitPattern: value))
  }
}

extension Imm64 {
  /// Refuses what lies neither in the signed nor in the unsigned range of `type`.
  func check(for type: MemoryType) throws(Refusal) { try check(bits: 8 * type.byteCount) }

  /// Refuses what lies neither in the signed nor in the unsigned range of so many bits.
  func check(bits: Int) throws(Refusal) {
    if bits < 64 && !(-1 << (bits - 1)..<1 << bits).contains(value) { throw .immediate(value) }
  }
}
