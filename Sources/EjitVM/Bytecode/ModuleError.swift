/// Why bytes are not a module, and where.
public struct ModuleError: Error, Equatable, Sendable {
  /// What is wrong.
  public var kind: Kind
  /// In bytes from the start.
  public var offset: Int

  init(_ kind: Kind, at offset: Int) { (self.kind, self.offset) = (kind, offset) }

  /// What bytes may have wrong.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// The first bytes are not those of a module.
    case badMagic
    /// A version that is not known.
    case badVersion
    /// The bytes end too early.
    case truncated
    /// A section that is not known, or out of order.
    case badSection
    /// A section is longer than what it says it contains.
    case trailingBytes
    /// A number is written with more bytes than it needs.
    case notShortest
    /// A distance does not take 4 bytes.
    case notFourBytes
    /// A number is larger than allowed.
    case outOfRange
    /// A constant or kind of array that is not known.
    case badKind
    /// A name is not UTF-8.
    case badName
    /// No instruction begins with this byte.
    case badOpcode
  }

  /// What is wrong, in words.
  public var message: String {
    switch kind {
    case .badMagic: "this is not a module"
    case .badVersion: "a version that is not known"
    case .truncated: "the end comes too early"
    case .badSection: "a section that is not known or out of order"
    case .trailingBytes: "bytes behind the end of what is counted"
    case .notShortest: "a number with more bytes than it needs"
    case .notFourBytes: "a distance that does not take 4 bytes"
    case .outOfRange: "a number that is too large"
    case .badKind: "a kind that is not known"
    case .badName: "a name that is not UTF-8"
    case .badOpcode: "a byte with which no instruction begins"
    }
  }
}
