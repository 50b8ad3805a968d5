/// Micro-ops of a function at addresses that stay: what runs, and what a place in running code means.
///
/// A function whose bytecode is replaced gets another one; frames that run this one go on with it.
final class LoadedCode {
  let function: Int
  let micro: MicroCode
  let words: UnsafePointer<LoadedWord>
  let constants: UnsafePointer<Slot>

  init(function: Int, _ micro: MicroCode) {
    (self.function, self.micro) = (function, micro)
    words = UnsafePointer(Self.copy(Self.load(micro.words)))
    constants = UnsafePointer(Self.copy(micro.constants))
  }

  deinit {
    words.deallocate()
    constants.deallocate()
  }

  var end: UnsafePointer<LoadedWord> { words + micro.words.count }

  /// The word that `pc` is the address of.
  func index(_ pc: UnsafePointer<LoadedWord>) -> Int { pc - words }

  private static func load(_ words: [Word]) -> [LoadedWord] {
    var loaded: [LoadedWord] = []
    loaded.reserveCapacity(words.count)
    while loaded.count < words.count {
      let word = words[loaded.count]
      loaded.append(LoadedWord(word))
      for _ in 1..<word.length { loaded.append(LoadedWord(row: words[loaded.count].bits)) }
    }
    return loaded
  }

  private static func copy<T: BitwiseCopyable>(_ elements: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, elements.count))
    for index in elements.indices { (memory + index).initialize(to: elements[index]) }
    return memory
  }
}
