/// What compiled code falls back on.
extension Interpreter: Execution {
  func execute(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> Tag {
    if code == functions[function].code { setConstants(functions + function, base) }
    return execute(functions + function, code, base, depth)
  }

  func jump(
    _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>, _ depth: Int
  ) -> UnsafePointer<LoadedWord>? {
    perform(code + 1, base, depth)
  }

  func unwind(
    _ function: Int, _ code: UnsafePointer<LoadedWord>, _ base: UnsafeMutablePointer<Slot>
  ) -> UnsafePointer<LoadedWord>? {
    unwind(code, base)
  }

  func element(_ array: Slot, _ index: Slot) -> Slot? {
    guard array.tag == Tag.values.rawValue, index.tag == Tag.int.rawValue else { return nil }
    let object = array.object
    guard index.payload < UInt64(object.pointee.count) else { return nil }
    return object.slots[Int(index.payload)]
  }
}
