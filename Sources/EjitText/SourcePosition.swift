/// A place in a text, counted from 1; columns count bytes.
public struct SourcePosition: Hashable, Sendable {
  /// The line.
  public let line: Int
  /// The column, in bytes.
  public let column: Int

  /// The place at `line` and `column`.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension SourcePosition {
  /// `FILE:LINE:COLUMN: error: MESSAGE`.
  public func rendered(file: String, message: String) -> String { "\(file):\(line):\(column): error: \(message)" }
}
