import CEjitShims
import Ejit

/// The file in which `perf` looks for the names of generated code: a line `ADDRESS SIZE NAME` for each piece.
struct PerfMap {
  private let path: String
  private let names: [String]
  private var text: [UInt8] = []

  /// `names` are those of the functions.
  init(path: String, names: [String]) {
    self.path = path
    self.names = names
  }

  mutating func add(_ version: Version) {
    let block = version.code.block
    let entry =
      switch version.specialisation.entry {
      case .start: "start"
      case .loop(let word): "loop\(word)"
      }
    let line =
      "\(String(block.address, radix: 16)) \(String(block.count, radix: 16)) "
      + "\(names[version.specialisation.function]):\(entry):\(version.number)\n"
    text += Array(line.utf8)
  }

  /// Writes the file; 0, or a negative errno.
  func write() -> Int {
    var name = Array(path.utf8CString)
    return unsafe name.withUnsafeMutableBufferPointer { path in
      Int(unsafe ejit_write_file(path.baseAddress!, text, text.count, 0o644))
    }
  }
}
