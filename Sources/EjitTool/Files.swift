import CEjitShims

enum Files {
  /// The bytes of a file.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = ejit_read_file(path, &bytes)
    defer { ejit_free(bytes) }
    guard count >= 0 else { throw Failure("ejit: error: cannot read \(path): \(reason(Int32(-count)))") }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// Creates or replaces a file.
  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let status = ejit_write_file(path, bytes, bytes.count, 0o644)
    guard status == 0 else { throw Failure("ejit: error: cannot write \(path): \(reason(-status))") }
  }

  /// A fresh empty file.
  static func temporary() throws(Failure) -> String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = ejit_create_temporary("ejit-", &path, path.count)
    guard length >= 0 else { throw Failure("ejit: error: cannot make a temporary file: \(reason(-length))") }
    return string(path)
  }

  static func remove(_ path: String) {
    // What cannot be removed is gone already, or not ours.
    _ = ejit_remove_file(path)
  }

  /// The path of a program in PATH.
  static func executable(_ name: String) -> String? {
    var path = [CChar](repeating: 0, count: 4096)
    return ejit_find_executable(name, &path, path.count) >= 0 ? string(path) : nil
  }

  /// The file itself, or every .ejit file below a folder, ordered by path.
  static func sources(below path: String) throws(Failure) -> [String] {
    let kind = ejit_is_directory(path)
    guard kind >= 0 else { throw Failure("ejit: error: cannot read \(path): \(reason(-kind))") }
    return kind == 0 ? [path] : try folder(path, depth: 0)
  }

  /// Folders nested more deeply are taken for a loop of links.
  private static let maximumDepth = 40

  private static func folder(_ path: String, depth: Int) throws(Failure) -> [String] {
    var names: [String] = []
    let count = withUnsafeMutablePointer(to: &names) { names in
      ejit_list_directory(
        path,
        { context, name in
          guard let context, let name else { return }
          context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
        }, names)
    }
    guard count >= 0 else { throw Failure("ejit: error: cannot read \(path): \(reason(Int32(-count)))") }
    var result: [String] = []
    for name in names.sorted() {
      let inner = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
      if ejit_is_directory(inner) == 1 {
        if depth < maximumDepth { result += try folder(inner, depth: depth + 1) }
      } else if name.hasSuffix(".ejit") {
        result.append(inner)
      }
    }
    return result
  }

  private static func string(_ path: [CChar]) -> String {
    String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What an errno means: the numbers that the systems agree on.
  private static func reason(_ errno: Int32) -> String {
    switch errno {
    case 2: "there is no such file"
    case 13: "permission denied"
    case 20: "a part of the path is no folder"
    case 21: "it is a folder"
    case 28: "no space left"
    default: "errno \(errno)"
    }
  }
}
