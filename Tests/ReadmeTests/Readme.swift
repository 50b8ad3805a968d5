import CEjitShims
import TestSupport

/// The README, and the sources it speaks of.
enum Readme {
  private static let path = file("README.md")

  /// The path of a file of the package.
  private static func file(_ name: String) -> String {
    let here = #filePath
    return here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/") + "/" + name
  }

  /// The text of a file of the package.
  static func text(of name: String) throws -> String {
    String(decoding: try readFile(file(name)), as: UTF8.self)
  }

  static func text() throws -> String { try text(of: "README.md") }

  /// What stands between `<!-- name -->` and `<!-- /name -->`.
  static func block(_ name: String, of text: String) -> Substring? {
    guard let start = text.firstRange(of: "<!-- \(name) -->\n"),
      let end = text[start.upperBound...].firstRange(of: "<!-- /\(name) -->")
    else { return nil }
    return text[start.upperBound..<end.lowerBound]
  }

  /// Replaces what stands there.
  static func update(_ blocks: [(name: String, text: String)]) throws {
    var text = try text()
    for new in blocks {
      guard let old = block(new.name, of: text) else { continue }
      text.replaceSubrange(old.startIndex..<old.endIndex, with: new.text)
    }
    let bytes = Array(text.utf8)
    guard ejit_write_file(path, bytes, bytes.count, 0o644) == 0 else { throw ToolError.file(0) }
  }

  static func environment(_ name: String) -> String? {
    ejit_environment(name).map { String(cString: $0) }
  }
}

/// The cases of an enum as its source documents them.
struct DocumentedCase {
  let section: String
  let name: String
  let comment: String

  /// Every case of the enum in `file` that begins with `declaration`.
  static func all(in file: String, behind declaration: String) throws -> [DocumentedCase] {
    var (section, comment): (String, [Substring]) = ("", [])
    var result: [DocumentedCase] = []
    let source = try Readme.text(of: file)
    guard let start = source.firstRange(of: declaration) else { return [] }
    for line in source[start.upperBound...].split(separator: "\n") {
      let words = line.trimmingPrefix { $0 == " " }
      if line == "}" || line == "  }" && declaration.hasPrefix("  ") { break }
      if words.hasPrefix("// MARK: ") { section = String(words.dropFirst(9)) }
      if words.hasPrefix("/// ") {
        comment.append(words.dropFirst(4))
      } else if words.hasPrefix("case ") {
        let name = words.dropFirst(5).drop { $0 == "`" }.prefix { $0.isLetter || $0.isNumber }
        result.append(.init(section: section, name: String(name), comment: comment.joined(separator: " ")))
        comment = []
      } else {
        comment = []
      }
    }
    return result
  }
}
