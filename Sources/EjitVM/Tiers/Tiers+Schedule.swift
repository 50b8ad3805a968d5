// Running by a schedule.

extension Tiers {
  /// A call has come: what runs it. All calls come here: nothing is counted down, and no code calls other code directly.
  /// `depth` is the frame's own.
  func scheduled(_ function: Int, _ base: UnsafeMutablePointer<Slot>, _ depth: Int) -> Version? {
    functions[function].calls += 1
    let tier = policy.schedule!.tier(function, call: functions[function].calls)
    scheduledTiers[depth] = tier
    // Of a function that calls itself, outer frames have loops, too: each jump backwards is looked at.
    if tier == .osr { unsafe states[function].loopsLeft = 0 }
    guard tier == .jit, !functions[function].isLeftToInterpreter else { return nil }
    for version in versions.starts[function] where version.fits(base) { return version }
    return makeStart(function, base)
  }
}
