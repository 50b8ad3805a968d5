/// The functions of a machine as the compiler sees them, with what it has found out about each.
final class CompilationUnit {
  private(set) var codes: [MicroCode]
  private(set) var shapes: [FunctionShape]
  private var liveness: [Int: Liveness] = [:]
  private var predictions: [Prediction: Knowledge] = [:]
  /// Whether a prediction needed one that was being made.
  private var wentRound = false
  /// Of the profile that they rest on.
  private var version = 0

  struct Prediction: Hashable {
    var function: Int
    var tags: [Tag?]
  }

  init(_ codes: [MicroCode]) {
    self.codes = codes
    shapes = codes.map { FunctionShape($0) }
  }

  /// Another code takes the place of a function's.
  func replace(_ function: Int, with code: MicroCode) {
    codes[function] = code
    shapes[function] = FunctionShape(code)
    liveness.removeAll()
    predictions.removeAll()
  }

  func argumentCount(_ function: Int) -> Int { codes[function].arguments }

  /// nil: the function is too large to be compiled.
  func liveness(of function: Int) -> Liveness? {
    if let known = liveness[function] { return known }
    guard let made = Liveness(codes[function], argumentCount) else { return nil }
    liveness[function] = made
    return made
  }

  /// The result of a function that gets arguments of these tags, as far as its code says: `none` if it never returns or
  /// calls itself before it does.
  func prediction(_ function: Int, _ tags: [Tag?], _ profile: Profile, depth: Int = 0) -> Knowledge {
    let key = Prediction(function: function, tags: tags)
    if let known = predictions[key] {
      if known.isNone { wentRound = true }
      return known
    }
    if depth > 2 { return .any }
    if depth == 0 { wentRound = false }
    predictions[key] = Knowledge.none
    let flow = FlowBuilder.flow(self, function: function, from: 0, inlines: false)
    var types = TypeFlow(self, flow, profile, tags: tags, isStart: true, depth: depth + 1)
    types.solve()
    let result = types.result
    // What rests on an unfinished one is asked again.
    predictions[key] = depth == 0 || !wentRound ? result : nil
    return result
  }

  /// Where the profile has changed, results may have other types now.
  func use(_ profile: Profile) {
    if profile.version != version { predictions.removeAll() }
    version = profile.version
  }
}

/// Where a function's jumps lead.
struct FunctionShape {
  /// For each word, and the end: whether a jump leads there.
  var isTarget: [Bool]
  /// For each word how many loops are around it.
  var depths: [UInt8]
  /// Whether its code may become part of its callers': short, without loops, calls and handlers. What it throws leaves
  /// the code by an exit with both frames; the handlers of the caller's one are asked as behind a call.
  var isSmallLeaf: Bool
  /// Words in which the interpreter keeps the types that it saw.
  var profiled: [Int] = []
  var callees: Set<Int> = []

  init(_ code: MicroCode) {
    isTarget = [Bool](repeating: false, count: code.words.count + 1)
    depths = [UInt8](repeating: 0, count: code.words.count + 1)
    isSmallLeaf = code.words.count <= 24 && code.handlers.isEmpty
    for index in code.starts {
      let word = code.words[index]
      if word.op == .call || word.op == .callIndirect || word.op == .callHost { isSmallLeaf = false }
      if word.op.keepsTypes { profiled.append(index) }
      if word.op == .call { callees.insert(word.wide) }
      guard word.distance != nil || word.op == .jumpTable else { continue }
      code.forEachSuccessor(of: index) { target in
        isTarget[target] = true
        guard target <= index else { return }
        isSmallLeaf = false
        for inner in target...index where depths[inner] < 8 { depths[inner] += 1 }
      }
    }
    for handler in code.handlers { isTarget[handler.target] = true }
  }
}
