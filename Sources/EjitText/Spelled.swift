import Ejit

/// A value that the text form writes by name.
protocol Spelled: CaseIterable {
  var name: StaticString { get }
}

extension Spelled {
  /// The value of this name.
  static func named(_ name: Name) -> Self? {
    allCases.first { $0.name.withUTF8Buffer { $0.elementsEqual(name.bytes) } }
  }

  /// All names, for messages.
  static var list: String {
    var text = ""
    for value in allCases { text += text.isEmpty ? "\(value.name)" : ", \(value.name)" }
    return text
  }
}

extension Condition: Spelled {
  /// The condition as the text form writes it.
  public var name: StaticString {
    switch self {
    case .eq: "eq"
    case .ne: "ne"
    case .slt: "slt"
    case .sle: "sle"
    case .sgt: "sgt"
    case .sge: "sge"
    case .ult: "ult"
    case .ule: "ule"
    case .ugt: "ugt"
    case .uge: "uge"
    case .carry: "carry"
    case .noCarry: "noCarry"
    case .borrow: "borrow"
    case .noBorrow: "noBorrow"
    case .overflow: "overflow"
    case .noOverflow: "noOverflow"
    case .negative: "negative"
    case .nonNegative: "nonNegative"
    }
  }
}

extension MemoryType: Spelled {
  /// The type as the text form writes it.
  public var name: StaticString {
    switch self {
    case .u8: "u8"
    case .u16: "u16"
    case .u32: "u32"
    case .u64: "u64"
    case .s8: "s8"
    case .s16: "s16"
    case .s32: "s32"
    case .s64: "s64"
    }
  }
}

extension Signedness: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .signed: "signed"
    case .unsigned: "unsigned"
    }
  }
}

extension Shift: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .shl: "shl"
    case .shr: "shr"
    case .sar: "sar"
    }
  }
}

extension Outcome: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .less: "less"
    case .equal: "equal"
    case .greater: "greater"
    }
  }
}

extension MemoryOperation: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .add: "add"
    case .sub: "sub"
    case .and: "and"
    case .or: "or"
    case .xor: "xor"
    }
  }
}

extension MemoryOrder: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .relaxed: "relaxed"
    case .acquire: "acquire"
    case .release: "release"
    case .acquireRelease: "acquireRelease"
    case .sequential: "sequential"
    }
  }
}

extension AtomicOperation: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .add: "add"
    case .sub: "sub"
    case .and: "and"
    case .or: "or"
    case .xor: "xor"
    case .exchange: "exchange"
    case .smin: "smin"
    case .smax: "smax"
    case .umin: "umin"
    case .umax: "umax"
    }
  }
}

extension PrefetchAccess: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .read: "read"
    case .write: "write"
    }
  }
}

extension CacheLevel: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .l1: "l1"
    case .l2: "l2"
    case .l3: "l3"
    case .stream: "stream"
    }
  }
}

extension CodeSection: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .hot: "hot"
    case .cold: "cold"
    }
  }
}

extension DataType: Spelled {
  /// The type as the text form writes it.
  public var name: StaticString {
    switch self {
    case .u8: "u8"
    case .u16: "u16"
    case .u32: "u32"
    case .u64: "u64"
    case .f32: "f32"
    case .f64: "f64"
    }
  }
}

extension FloatCondition: Spelled {
  /// The condition as the text form writes it.
  public var name: StaticString {
    switch self {
    case .oeq: "oeq"
    case .one: "one"
    case .olt: "olt"
    case .ole: "ole"
    case .ogt: "ogt"
    case .oge: "oge"
    case .ord: "ord"
    case .ueq: "ueq"
    case .une: "une"
    case .ult: "ult"
    case .ule: "ule"
    case .ugt: "ugt"
    case .uge: "uge"
    case .uno: "uno"
    }
  }
}

extension Rounding: Spelled {
  /// The word that the text form writes.
  public var name: StaticString {
    switch self {
    case .floor: "floor"
    case .ceil: "ceil"
    case .trunc: "trunc"
    case .nearestEven: "nearestEven"
    case .nearestAway: "nearestAway"
    }
  }
}

extension FloatType: Spelled {
  /// The type as the text form writes it.
  public var name: StaticString {
    switch self {
    case .f64: "f64"
    case .f32: "f32"
    }
  }
}

extension EjitError.Kind: Spelled {
  /// The kind as `; error:` directives and messages write it.
  public var name: StaticString {
    switch self {
    case .noSuchRegister: "noSuchRegister"
    case .stackPointerNotAllowed: "stackPointerNotAllowed"
    case .immediateOutOfRange: "immediateOutOfRange"
    case .duplicateLabel: "duplicateLabel"
    case .unboundLabel: "unboundLabel"
    case .flagsClobbered: "flagsClobbered"
    case .badCondition: "badCondition"
    case .badOrder: "badOrder"
    case .registerConflict: "registerConflict"
    case .missingFeature: "missingFeature"
    case .outOfReach: "outOfReach"
    case .badFrame: "badFrame"
    case .unalignedEntry: "unalignedEntry"
    case .malformedRun: "malformedRun"
    case .arenaFull: "arenaFull"
    case .system: "system"
    }
  }
}

extension Target.Architecture: Spelled {
  /// The name that command lines and `; bytes` directives write.
  public var name: StaticString {
    switch self {
    case .x86_64: "x86-64"
    case .aarch64: "aarch64"
    }
  }
}

extension ResultKind: Spelled {
  /// The word behind `->`; an integer result is the one that is not written.
  public var name: StaticString {
    switch self {
    case .integer: "integer"
    case .f64: "f64"
    case .f32: "f32"
    }
  }
}
