extension VM {
  /// Gives a function other bytecode, with the same name and as many arguments; it is verified as a part of the module.
  /// Frames that run the old bytecode go on with it. Throws, having changed nothing, `refused`, `otherFunction` or
  /// `frameTooLarge`.
  public func replace(_ number: Int, with function: Module.Function) throws(VMError) {
    guard module.functions.indices.contains(number), module.functions[number].name == function.name,
      module.functions[number].arguments == function.arguments
    else { throw .otherFunction }
    var changed = module
    changed.functions[number] = function
    let verified = try Self.verify(changed)
    let micro = Lowering.lower(number, of: verified, constantSlots)
    guard micro.frame <= frameLimit else { throw .frameTooLarge }
    interpreter.replace(number, with: LoadedCode(function: number, micro))
    module = changed
    compiler?.unit.replace(number, with: micro)
    tiers.didReplace(number)
  }
}

extension Interpreter {
  /// From now on calls of the function run this.
  func replace(_ number: Int, with code: LoadedCode) {
    let state = functions + number
    codes.replace(code)
    state.pointee = FunctionState(
      number, code, callsLeft: state.pointee.callsLeft, loopsLeft: state.pointee.loopsLeft)
  }
}
