/// Micro-ops of a function at addresses that stay: what runs, and what a place in running code means.
///
/// A function whose bytecode is replaced gets another one; frames that run this one go on with it.
final class LoadedCode {
  let function: Int
  let micro: MicroCode
  let words: UnsafePointer<Word>
  let constants: UnsafePointer<Slot>

  init(function: Int, _ micro: MicroCode) {
    (self.function, self.micro) = (function, micro)
    words = UnsafePointer(Self.copy(micro.words))
    constants = UnsafePointer(Self.copy(micro.constants))
  }

  deinit {
    words.deallocate()
    constants.deallocate()
  }

  var end: UnsafePointer<Word> { words + micro.words.count }

  /// The word that `pc` is the address of.
  func index(_ pc: UnsafePointer<Word>) -> Int { pc - words }

  private static func copy<T: BitwiseCopyable>(_ elements: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, elements.count))
    for index in elements.indices { (memory + index).initialize(to: elements[index]) }
    return memory
  }
}
