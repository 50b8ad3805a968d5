import EjitVM

/// A program in bytecode that comes with the library: its text, with checks in its comments.
package struct BundledProgram: Sendable {
  package let name: String
  package let text: [UInt8]

  /// Ordered by name.
  package static let all = [
    BundledProgram(name: "ack", text: PackageResources.ack_evmasm),
    BundledProgram(name: "collatz", text: PackageResources.collatz_evmasm),
    BundledProgram(name: "exceptions", text: PackageResources.exceptions_evmasm),
    BundledProgram(name: "factorial", text: PackageResources.factorial_evmasm),
    BundledProgram(name: "fib", text: PackageResources.fib_evmasm),
    BundledProgram(name: "gcd", text: PackageResources.gcd_evmasm),
    BundledProgram(name: "interp", text: PackageResources.interp_evmasm),
    BundledProgram(name: "kinds", text: PackageResources.kinds_evmasm),
    BundledProgram(name: "mandel", text: PackageResources.mandel_evmasm),
    BundledProgram(name: "matmul", text: PackageResources.matmul_evmasm),
    BundledProgram(name: "mix", text: PackageResources.mix_evmasm),
    BundledProgram(name: "nbody", text: PackageResources.nbody_evmasm),
    BundledProgram(name: "poly", text: PackageResources.poly_evmasm),
    BundledProgram(name: "queens", text: PackageResources.queens_evmasm),
    BundledProgram(name: "quicksort", text: PackageResources.quicksort_evmasm),
    BundledProgram(name: "sieve", text: PackageResources.sieve_evmasm),
    BundledProgram(name: "spectral", text: PackageResources.spectral_evmasm),
    BundledProgram(name: "strings", text: PackageResources.strings_evmasm),
    BundledProgram(name: "sums", text: PackageResources.sums_evmasm),
    BundledProgram(name: "sumxor", text: PackageResources.sumxor_evmasm),
  ]

  /// The program with this name, if it is one of them.
  package init?(named name: String) {
    guard let program = BundledProgram.all.first(where: { $0.name == name }) else { return nil }
    self = program
  }

  init(name: String, text: [UInt8]) { (self.name, self.text) = (name, text) }

  /// The first line of the text, which says what the program does.
  package var title: String {
    String(decoding: text.prefix { $0 != 0x0A }.drop { $0 == UInt8(ascii: ";") || $0 == 0x20 }, as: UTF8.self)
  }

  /// The checks in the text's comments, in their order.
  package var checks: [ProgramCheck] { ProgramCheck.all(in: text) }

  /// Of the checks for tests that call the same function with arguments of the same kinds the last one, which is the
  /// largest, and of those that end with a trap.
  package var largestTests: [ProgramCheck] { tests.filter { $0.isLargest }.map { $0.check } }

  /// The others.
  package var smallerTests: [ProgramCheck] { tests.filter { !$0.isLargest }.map { $0.check } }

  private var tests: [(check: ProgramCheck, isLargest: Bool)] {
    var sorts: Set<String> = []
    return checks.reversed().filter { $0.purpose == .test }.map { ($0, sorts.insert($0.sort).inserted) }
  }
}
