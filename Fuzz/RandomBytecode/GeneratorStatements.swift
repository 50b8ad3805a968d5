import EjitVM

extension ModuleGenerator {
  mutating func statement() {
    budget -= 1
    let choice = source.byte()
    switch choice {
    case 0..<70: assign()
    case 70..<110: accumulate()
    case 110..<140: branch()
    case 140..<185: if number < Self.firstLeaf { loop() } else { assign() }
    case 185..<205: arrayStatement()
    case 205..<213:
      call(2)
      writer.op(.drop, taking: 1, leaving: 0)
    case 213..<222: choose()
    case 222..<238: if number < Self.firstLeaf { attempt() } else { assign() }
    case 238..<243: guarded { $0.result() }
    case 243..<248: guarded { $0.throwValue() }
    default: leaveLoop()
    }
  }

  /// A local that may be set; nil: there is none.
  mutating func target() -> Int? {
    guard !locals.isEmpty else { return nil }
    let local = source.below(locals.count)
    return fixed.contains(local) ? nil : local
  }

  private mutating func assign() {
    let local = target() ?? newLocal(nil)
    // Mostly of the kind that it was.
    let kind = source.chance(1, in: 3) ? anyKind() : locals[local] ?? anyKind()
    value(kind, 1 + source.below(4))
    writer.set(local)
    locals[local] = kind
  }

  /// `local = local op value`.
  private mutating func accumulate() {
    guard let local = target(), let kind = locals[local] else { return assign() }
    let right = kind == .string ? .string : kind == .any ? .any : source.pick([kind, kind, kind, .int, .float])
    writer.get(local)
    value(right, 1 + source.below(3))
    if source.chance(1, in: 4) { writer.op(.swap, taking: 2, leaving: 2) }
    let ops: [Opcode] = [.add, .add, .sub, .mul, .max, .min, .add, .xor]
    writer.op(kind == .string ? .add : source.pick(ops), taking: 2, leaving: 1)
    writer.set(local)
    if kind == .int, right != .int { locals[local] = .number }
  }

  private mutating func block() {
    for _ in 0...source.below(3) where budget > 0 { statement() }
  }

  private mutating func branch() {
    let (other, end) = (writer.label(), writer.label())
    condition(2)
    writer.jump(source.chance(1, in: 2) ? .jumpIf : .jumpUnless, to: other)
    let before = locals
    block()
    let after = locals
    locals = before
    if source.chance(1, in: 2) {
      writer.bind(other)
    } else {
      writer.jump(.jump, to: end)
      writer.bind(other)
      block()
    }
    writer.bind(end)
    join(after)
  }

  private mutating func guarded(_ body: (inout ModuleGenerator) -> Void) {
    let end = writer.label()
    condition(2)
    writer.jump(.jumpUnless, to: end)
    let (before, height) = (locals, writer.height)
    body(&self)
    writer.height = height
    writer.bind(end)
    join(before)
  }

  private mutating func throwValue() {
    value(.any, 2)
    writer.op(.throw, taking: 1, leaving: 0)
  }

  private mutating func leaveLoop() {
    guard let loop = loops.last, loop.height == writer.height else { return assign() }
    guarded { $0.writer.jump(.jump, to: loop.exit) }
  }

  private mutating func arrayStatement() {
    let kind: Kind = source.pick([.ints, .floats, .values])
    value(kind, 1)
    let element: Kind = kind == .ints ? .int : kind == .floats ? .float : .any
    if source.chance(1, in: 2) {
      index(2)
      value(element, 2)
      writer.op(.arraySet, taking: 3, leaving: 0)
    } else {
      value(element, 2)
      writer.op(.arrayPush, taking: 2, leaving: 0)
    }
  }

  /// A `switch`, whose cases end behind it or fall into the next one.
  private mutating func choose() {
    let count = source.below(4)
    let (cases, end) = ((0...count).map { _ in writer.label() }, writer.label())
    index(2)
    writer.table(cases)
    let before = locals
    var after = locals
    for label in cases {
      locals = before
      writer.bind(label)
      block()
      // What falls into the next case may have other kinds: what is set is what counts.
      if !source.chance(1, in: 4) { writer.jump(.jump, to: end) }
      (locals, after) = (after, locals)
      join(after)
      after = locals
    }
    writer.bind(end)
  }

  /// A block whose throws are caught. The handler ends the function where the stack is not empty.
  private mutating func attempt() {
    let end = writer.label()
    let (start, before, height) = (writer.offset, locals, writer.height)
    block()
    if writer.offset == start { writer.op(.nil, taking: 0, leaving: 1); writer.op(.drop, taking: 1, leaving: 0) }
    let last = writer.offset
    writer.jump(.jump, to: end)
    let after = locals
    locals = before
    handlers.append(.init(from: start, to: last, target: writer.offset))
    writer.height = 1
    if height > 0 {
      writer.op(.return, taking: 1, leaving: 0)
    } else if let local = target() {
      writer.set(local)
      locals[local] = .any
    } else {
      writer.op(.drop, taking: 1, leaving: 0)
    }
    if height == 0, source.chance(1, in: 2) { block() }
    writer.height = height
    writer.bind(end)
    join(after)
  }
}
