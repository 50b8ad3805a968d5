import CEjitShims

/// The second source of every expected value: what the text of the IR says, in C, with exact 128-bit integers and bit
/// by bit, so that no formula is that of `Semantics`. It is compiled when the tests run.
struct Model: Sendable {
  /// One op: width in bits, operands, counts, results.
  typealias Function =
    @convention(c) (
      CInt, UnsafePointer<UInt64>, UnsafePointer<CInt>, UnsafeMutablePointer<UInt64>
    ) -> Void

  /// The model, or nil where there is no clang.
  static let compiled: Model? = compile()

  private let library: UInt

  /// The function that models `name`.
  func function(_ name: String) -> Function? {
    guard let library = UnsafeMutableRawPointer(bitPattern: library) else { return nil }
    return ejit_library_symbol(library, "model_" + name).map { unsafeBitCast($0, to: Function.self) }
  }

  private static func compile() -> Model? {
    guard let source = temporary("ejit-model"), let object = temporary("ejit-model-so") else { return nil }
    defer {
      _ = ejit_remove_file(source)
      _ = ejit_remove_file(object)
    }
    let text = text + "\n" + floatText
    // What the text says is two roundings must not become one.
    guard ejit_write_file(source, text, text.utf8.count, 0o644) == 0,
      run(["clang", "-O1", "-ffp-contract=off", "-shared", "-fPIC", "-x", "c", source, "-lm", "-o", object]),
      let library = ejit_open_library(object)
    else { return nil }
    return Model(library: UInt(bitPattern: library))
  }

  private static func temporary(_ prefix: String) -> String? {
    var path = [CChar](repeating: 0, count: 1024)
    guard ejit_create_temporary(prefix, &path, path.count) > 0 else { return nil }
    return path.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// Whether the command ended with status 0.
  private static func run(_ words: [String]) -> Bool {
    let copies = words.map { word in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: word.utf8.count + 1)
      word.withCString { copy.update(from: $0, count: word.utf8.count + 1) }
      return copy
    }
    defer { for copy in copies { copy.deallocate() } }
    let arguments = copies.map { Optional(UnsafePointer($0)) } + [nil]
    var (status, signal): (CInt, CInt) = (0, 0)
    var output: UnsafeMutablePointer<UInt8>?
    var count = 0
    let result = ejit_run(arguments, 0, 60, &status, &signal, &output, &count)
    ejit_free(output)
    return result == 0 && status == 0 && signal == 0
  }
}
