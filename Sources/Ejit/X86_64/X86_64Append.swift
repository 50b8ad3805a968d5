extension X86_64 {
  /// Lowers `program` row by row.
  static func append(_ program: Span<Instruction>, to e: inout Emission, table: BackendTable) throws(EjitError) {
    for index in program.indices {
      e.code.reserve(maximumBytes)
      try e.lower(program[index], by: lower)
    }
  }
}
struct BackendTable { init(for target: Target, features: Features) {} }
