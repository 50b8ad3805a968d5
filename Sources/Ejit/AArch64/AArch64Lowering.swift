enum AArch64 {
  static func append(_ program: Span<Instruction>, to e: inout Emission) throws(EjitError) {}
}
