import CEjitShims

extension Heap {
  /// Frees every object that no slot, handle or constant leads to.
  ///
  /// Slots beyond what is live may hold anything that once was a value: one counts as a reference if its tag says so and
  /// its payload is the address of an object. Elements of arrays are always values.
  func collect() {
    collections += 1
    for object in permanent { reach(object) }
    keepHeld()
    reach(thrown)
    var slot = bottom
    while slot < top {
      reach(slot.pointee)
      slot += 1
    }
    while let object = reached.popLast() { visit(object) }
    sweep()
  }

  private func keepHeld() {
    var kept = 0
    for object in held {
      guard object.pointee.holders > 0 else {
        object.pointee.isListed = false
        continue
      }
      reach(object)
      held[kept] = object
      kept += 1
    }
    held.removeLast(held.count - kept)
  }

  private func reach(_ slot: Slot) {
    guard slot.tag >= Tag.string.rawValue, slot.tag < Tag.unwound.rawValue else { return }
    if let object = blocks.object(slot.payload) { reach(object) }
  }

  private func reach(_ object: ObjectPointer) {
    if object.pointee.isMarked { return }
    object.pointee.isMarked = true
    if object.kind == .values, object.pointee.count > 0 { reached.append(object) }
  }

  private func visit(_ object: ObjectPointer) {
    for index in 0..<object.pointee.count {
      let slot = object.slots[index]
      if slot.tag >= Tag.string.rawValue { reach(slot.object) }
    }
  }

  private func sweep() {
    let blocks = self.blocks
    blocks.forEach { cell in
      if cell.pointee.isMarked {
        cell.pointee.isMarked = false
      } else if cell.pointee.kind != 0 {
        bytes -= cell.bytesTaken
        ejit_free(cell.pointee.elements)
        self.blocks.release(cell)
      }
    }
  }
}
