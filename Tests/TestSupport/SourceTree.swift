import CEjitShims

/// The sources of this package, for tests that read them.
public struct SourceFile: Sendable {
  /// From the root of the package: `Sources/Ejit/Target.swift`.
  public let path: String
  /// The lines without comments.
  public let lines: [Substring]

  /// Every file below `folder` (from the root of the package) whose name ends in `suffix`, in order.
  public static func all(below folder: String, suffix: String = ".swift") throws(ToolError) -> [SourceFile] {
    var files: [SourceFile] = []
    for name in try names(in: root + folder).sorted() where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if ejit_is_directory(root + path) == 1 {
        files += try all(below: path, suffix: suffix)
      } else if name.hasSuffix(suffix) {
        let text = String(decoding: try readFile(root + path), as: UTF8.self)
        files.append(SourceFile(path: path, lines: text.split(separator: "\n").map { withoutComment($0) }))
      }
    }
    return files
  }

  /// The root of the package, with a slash.
  private static let root = String(#filePath.dropLast("Tests/TestSupport/SourceTree.swift".count))

  private static func names(in folder: String) throws(ToolError) -> [String] {
    final class List { var names: [String] = [] }
    let list = List()
    let count = ejit_list_directory(
      folder, { Unmanaged<List>.fromOpaque($0!).takeUnretainedValue().names.append(String(cString: $1!)) },
      Unmanaged.passUnretained(list).toOpaque())
    guard count >= 0 else { throw .file(Int32(-count)) }
    return list.names
  }

  private static func withoutComment(_ line: Substring) -> Substring {
    guard let slash = line.firstIndex(of: "/"), line[slash...].hasPrefix("//") else { return line }
    return line[..<slash]
  }

  /// The lines that contain `text`.
  public func lines(with text: String) -> [Substring] { lines.filter { $0.contains(text) } }

  /// The modules that the file imports.
  public var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
      return words[..<place].allSatisfy { $0.hasPrefix("@") || $0 == "public" || $0 == "internal" }
        ? String(words[place + 1]) : nil
    }
  }
}
