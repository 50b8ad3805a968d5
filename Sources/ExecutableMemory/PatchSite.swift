/// A place in a block that may be changed while threads execute the block.
public struct PatchSite: Equatable, Sendable {
  /// What stands there.
  public enum Kind: UInt8, Sendable {
    /// A jump: x86-64 `E9 rel32`, AArch64 `B`.
    case jump
    /// A call: x86-64 `E8 rel32`, AArch64 `BL`.
    case call
    /// Nothing, or a jump in its stead: x86-64 `0F 1F 44 00 00`, AArch64 `NOP`.
    case nop
    /// 8 bytes of data.
    case constant
  }

  /// The client's number of the place.
  public let id: UInt32
  /// Its first byte, in bytes from the start of the block.
  ///
  /// What is stored lies in one aligned group of 8 bytes: on x86-64 the displacement of a jump or call, all 5 bytes of
  /// a NOP; the instruction on AArch64; a constant.
  public let offset: UInt32
  /// What stands there.
  public let kind: Kind

  /// The place `offset` bytes from the start of a block.
  public init(id: UInt32, offset: UInt32, kind: Kind) {
    self.id = id
    self.offset = offset
    self.kind = kind
  }
}

/// Bytes to store in one piece, the first one lowest.
struct PatchStore {
  let bits: UInt64
  /// 1…8.
  let count: Int
  /// From the start of the site, in bytes.
  var position = 0
}

#if arch(x86_64)
  extension PatchSite.Kind {
    /// Bytes of what is executed there.
    static let instructionLength = 5

    /// `NOP DWORD ptr [RAX + RAX*1 + 00H]` — 0F 1F 44 00 00. SDM vol. 2, NOP, table 4-12.
    static let nothing = PatchStore(bits: 0x00_0044_1F0F, count: 5)

    /// Whether such a site may hold `instruction`.
    func holds(_ instruction: UnsafeRawPointer) -> Bool {
      let opcode = unsafe instruction.load(as: UInt8.self)
      return switch self {
      case .jump: opcode == 0xE9
      case .call: opcode == 0xE8
      case .nop: opcode == 0xE9 || opcode == 0x0F
      case .constant: false
      }
    }

    /// What makes an instruction at `place` a branch to `target`, if it reaches that.
    func branch(from place: UInt, to target: UInt) -> PatchStore? {
      let distance = Int(bitPattern: target &- place &- UInt(Self.instructionLength))
      guard let displacement = Int32(exactly: distance) else { return nil }
      let bits = UInt64(UInt32(bitPattern: displacement))
      return switch self {
      case .jump, .call: PatchStore(bits: bits, count: 4, position: 1)
      case .nop: PatchStore(bits: bits << 8 | 0xE9, count: 5)  // JMP rel32 — E9 cd
      case .constant: nil
      }
    }
  }
#elseif arch(arm64)
  extension PatchSite.Kind {
    /// Bytes of what is executed there.
    static let instructionLength = 4

    /// `NOP` — Arm ARM C6.2, NOP.
    static let nothing = PatchStore(bits: 0xD503_201F, count: 4)

    /// Bits 31…26 — Arm ARM C6.2, B and BL.
    private static let b: UInt32 = 0b000101
    private static let bl: UInt32 = 0b100101

    /// Whether such a site may hold `instruction`.
    func holds(_ instruction: UnsafeRawPointer) -> Bool {
      let word = unsafe instruction.loadUnaligned(as: UInt32.self)
      return switch self {
      case .jump: word >> 26 == Self.b
      case .call: word >> 26 == Self.bl
      case .nop: word >> 26 == Self.b || UInt64(word) == Self.nothing.bits
      case .constant: false
      }
    }

    /// What makes an instruction at `place` a branch to `target`, if it reaches that: imm26, in words.
    func branch(from place: UInt, to target: UInt) -> PatchStore? {
      let distance = Int(bitPattern: target &- place)
      guard distance & 3 == 0 && (-1 << 27..<1 << 27).contains(distance) else { return nil }
      let opcode = self == .call ? Self.bl : Self.b
      let imm26 = UInt32(truncatingIfNeeded: distance >> 2) & 0x03FF_FFFF
      return PatchStore(bits: UInt64(opcode << 26 | imm26), count: 4)
    }
  }
#endif
