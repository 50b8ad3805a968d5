// Running by a schedule.

extension Tiers {
  /// A call has come: what runs it. All calls come here: nothing is counted down, and no code calls other code directly.
  func scheduled(_ function: Int, _ base: UnsafeMutablePointer<Slot>) -> Version? {
    functions[function].calls += 1
    let tier = policy.schedule!.tier(function, call: functions[function].calls)
    unsafe states[function].loopsLeft = tier == .osr ? 0 : .max
    guard tier == .jit, !functions[function].isLeftToInterpreter else { return nil }
    for version in versions.starts[function] where version.fits(base) { return version }
    return makeStart(function, base)
  }
}
