import RandomBytecode
import Testing

/// Random modules and expressions on all tiers; `fuzz-vm-run` makes more of them.
@Suite struct RandomBytecodeTests {
  @Test func modulesDoTheSameOnEachTier() {
    for index: UInt64 in 0..<60 {
      let report = RandomModule(seed: 1, index: index).check()
      #expect(report.text == nil)
    }
  }

  /// `fuzz-vm-run --replays 1000 1` makes a thousand.
  @Test func modulesHaveTheValuesOfTheInterpreterWhereverCodeIsLeft() {
    for index: UInt64 in 0..<5 {
      let report = RandomModule(seed: 1, index: index).replay()
      #expect(report.text == nil)
    }
  }

  /// `fuzz-vm-run --expressions 1000000 1` makes a million.
  @Test func expressionsDoTheSameCompiledAndInterpreted() {
    #expect(RandomExpressions.difference(20_000, seed: 1) == nil)
  }
}
