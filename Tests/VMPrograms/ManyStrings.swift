import EjitVM

/// A loop that makes a string in each round; the last sixteen are in use.
package enum ManyStrings {
  /// A machine with `main(rounds, prefix)`, which returns how many bytes it made; nil: there is none.
  package static func machine(_ tier: Options.Tier) -> VM? {
    var options = Options()
    options.tier = tier
    // All of them together would not fit.
    options.memoryLimit = 8 << 20
    guard let module = try? Module(text: text) else { return nil }
    return try? VM(module, options: options)
  }

  /// Whether a run of so many rounds gives what it must.
  package static func run(_ rounds: Int, on vm: VM) -> Bool {
    do throws(Trap) {
      let result = try vm.call("main", [.int(Int64(rounds)), .string("a prefix of so and so many b")])
      return result == .int(Int64(rounds * (28 + 11)))
    } catch {
      return false
    }
  }

  private static let text = """
    .fn main args=2 locals=4   ; 0 rounds, 1 prefix, 2 round, 3 string, 4 bytes, 5 the last sixteen
    const 0
    local.set 2
    const 0
    local.set 4
    const 16
    array.new any
    local.set 5
    jump test
    again:
    local.get 1
    const ", and more."
    add
    local.tee 3
    string.len
    local.get 4
    add
    local.set 4
    local.get 5
    local.get 2
    const 15
    and
    local.get 3
    array.set
    local.get 2
    const 1
    add
    local.set 2
    test:
    local.get 2
    local.get 0
    lt
    jump.if again
    local.get 4
    return
    """
}
