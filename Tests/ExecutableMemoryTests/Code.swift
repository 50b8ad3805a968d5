import CEjitShims
import ExecutableMemory

/// Machine code of this host. Bytes and comments are llvm-objdump's reading of what clang assembled.
enum Code {
  /// A function that returns `value`.
  static func returning(_ value: UInt16) -> [UInt8] {
    let low = UInt8(truncatingIfNeeded: value)
    let high = UInt8(truncatingIfNeeded: value >> 8)
    #if arch(x86_64)
      return [
        0xb8, low, high, 0x00, 0x00,  // movl $value, %eax
        0xc3,  // retq
      ]
    #elseif arch(arm64)
      let movz = 0x5280_0000 | UInt32(low) << 5 | UInt32(high) << 13
      return bytes([
        movz,  // mov w0, #value
        0xd65f_03c0,  // ret
      ])
    #endif
  }

  /// A function that returns the sum of its arguments.
  static var adding: [UInt8] {
    #if arch(x86_64)
      [
        0x48, 0x8d, 0x04, 0x37,  // leaq (%rdi,%rsi), %rax
        0xc3,  // retq
      ]
    #elseif arch(arm64)
      bytes([
        0x8b01_0000,  // add x0, x0, x1
        0xd65f_03c0,  // ret
      ])
    #endif
  }

  /// A function that returns `old`, or `new` once `replacement` stands at `patchOffset`.
  static var patchable: [UInt8] {
    #if arch(x86_64)
      [
        0x90, 0x90, 0x90,  // nop; nop; nop
        0xb8, 0x11, 0x11, 0x11, 0x11,  // movl $0x11111111, %eax
        0xc3,  // retq
      ]
    #elseif arch(arm64)
      bytes([
        0xd503_201f,  // nop
        0x5282_2220,  // mov w0, #0x1111
        0xd65f_03c0,  // ret
        0x5284_4440,  // mov w0, #0x2222
        0xd65f_03c0,  // ret
      ])
    #endif
  }

  #if arch(x86_64)
    static let patchOffset = 4  // the immediate
    static var original: [UInt8] { [0x11, 0x11, 0x11, 0x11] }
    static var replacement: [UInt8] { [0x22, 0x22, 0x22, 0x22] }
    static let old = 0x1111_1111
    static let new = 0x2222_2222
  #elseif arch(arm64)
    static let patchOffset = 0
    static var original: [UInt8] { bytes([0xd503_201f]) }  // nop
    static var replacement: [UInt8] { bytes([0x1400_0003]) }  // b .+12
    static let old = 0x1111
    static let new = 0x2222
  #endif

  /// What free memory holds at an address.
  static func trap(at address: UInt) -> UInt8 {
    #if arch(x86_64)
      0xcc  // int3
    #elseif arch(arm64)
      [0x00, 0x00, 0x20, 0xd4][Int(address & 3)]  // brk #0
    #endif
  }

  static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) } }
  }
}

func call(_ address: UInt) -> Int {
  typealias Function = @convention(c) () -> Int
  return unsafeBitCast(UnsafeRawPointer(bitPattern: address)!, to: Function.self)()
}

func call(_ address: UInt, _ first: Int, _ second: Int) -> Int {
  typealias Function = @convention(c) (Int, Int) -> Int
  return unsafeBitCast(UnsafeRawPointer(bitPattern: address)!, to: Function.self)(first, second)
}

func byte(at address: UInt) -> UInt8 {
  UnsafeRawPointer(bitPattern: address)!.load(as: UInt8.self)
}

/// Whether only trap bytes lie there.
func isFilledWithTraps(_ range: Range<UInt>) -> Bool {
  range.allSatisfy { byte(at: $0) == Code.trap(at: $0) }
}

/// Lines of /proc/self/maps whose pages can be written and executed.
func writableAndExecutableMappings() -> [String] {
  mappings().filter { $0.contains(" rwx") || $0.contains(" -wx") }
}

/// How the page at an address is mapped, such as `r-x`.
func protection(of address: UInt) -> String {
  for line in mappings() {
    let fields = line.split(separator: " ")
    let ends = fields[0].split(separator: "-").map { UInt($0, radix: 16)! }
    if ends[0] <= address && address < ends[1] { return String(fields[1].prefix(3)) }
  }
  return ""
}

private func mappings() -> [String] {
  var bytes: UnsafeMutablePointer<UInt8>?
  let count = ejit_read_file("/proc/self/maps", &bytes)
  precondition(count > 0)
  defer { ejit_free(bytes) }
  let text = String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
  return text.split(separator: "\n").map(String.init)
}

/// Runs `body` on another thread until the end of `during`.
func concurrently(_ body: @escaping @Sendable () -> Void, during: () throws -> Void) rethrows {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread: UInt = 0
  let context = Unmanaged.passRetained(Box(body)).toOpaque()
  let started = ejit_thread_start(
    { Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body() }, context, &thread)
  precondition(started == 0)
  defer { precondition(ejit_thread_join(thread) == 0) }
  try during()
}

/// Runs `body` on this many threads at once, with the number of each.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  if count == 0 { return }
  concurrently({ body(count - 1) }) { inThreads(count - 1, body) }
}

/// Numbers that look random and are the same in every run.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
