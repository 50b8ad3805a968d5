/// Where a value of the operand stack is while a block is lowered.
enum StackEntry: Equatable {
  /// In the slot of this position of the stack: its own, or, of a copy, one below.
  case slot(Int)
  /// Still in the local it was got from.
  case local(Int)
  case int(Int64)
  /// `false`, `true`, `nil`: payload and tag.
  case literal(UInt64, Tag)
  /// A constant of the module, by its slot.
  case constant(Slot)
}
