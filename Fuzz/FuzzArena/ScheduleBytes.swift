import Synchronization

/// The part of the bytes that is a thread's schedule. Behind the end there are zeros.
struct ScheduleBytes {
  private let bytes: UnsafePointer<UInt8>
  private let end: Int
  private var position = 0

  init(_ bytes: UnsafePointer<UInt8>, _ count: Int) { (self.bytes, end) = (bytes, count) }

  var isAtEnd: Bool { position >= end }

  mutating func byte() -> UInt8 {
    guard position < end else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  /// 0 ..< bound.
  mutating func below(_ bound: Int) -> Int { bound < 2 ? 0 : (Int(byte()) << 8 | Int(byte())) % bound }
}

/// Code that all threads may execute: each has a place where it publishes a block of its own.
final class Board: Sendable {
  private let places: [Place]

  private final class Place: Sendable {
    let address = Atomic<UInt>(0)
  }

  init(count: Int) { places = (0..<count).map { _ in Place() } }

  var count: Int { places.count }
  /// Where the block of `place` is executed; 0 for none.
  func address(_ place: Int) -> UInt { places[place].address.load(ordering: .acquiring) }
  func publish(_ address: UInt, _ place: Int) { places[place].address.store(address, ordering: .releasing) }
}

/// Counts inputs.
final class Rounds: Sendable {
  private let count = Atomic<Int>(0)
  func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}
