/// What the code of a section ends in and what stays in one piece: data with the gaps in it, or a place that was aligned,
/// for what comes next. Code that no instruction asked for goes before it.
struct DataRun {
  /// Where it begins, behind the gap that an `align` left in the code before.
  private(set) var start = -1
  /// Where it ends. Something else has followed if the code does not end there; -1: there was none yet.
  var end = -1
  /// What its start must stay a multiple of, in bytes, so that its `align`s hold: 8 at least.
  var alignment = 8

  /// None.
  init() {}

  /// An empty one.
  init(at place: Int) { (start, end) = (place, place) }

  mutating func move(by bytes: Int) { (start, end) = (start + bytes, end + bytes) }
}

/// Data that lies `bytes` further on than it was laid down.
struct DataMove {
  /// Where it began, a `CodePlace`.
  let start: UInt32
  let bytes: UInt32
}

extension Emission {
  /// Where the run begins that the code ends in, if it does.
  var openRun: Int? { dataRun.end == code.count ? dataRun.start : nil }

  /// Whether the last thing here is data.
  var isBehindData: Bool { dataRun.end == code.count && dataRun.start < dataRun.end }

  /// What is added next is data, or at an aligned place.
  mutating func openDataRun() {
    if dataRun.end == code.count { return }
    // What was bound where an island lies now was meant for the data.
    if island.upperBound == code.count {
      let here = place
      movePlaces(from: island.lowerBound) { _ in here }
    }
    dataRun = DataRun(at: code.count)
  }

  /// Brings the code from `end` on, where the run ended, to the front of the run. All that refers to places in a run is
  /// its labels, marks and addresses: no code stands there, none stands behind it, and fixups lead to labels.
  mutating func moveRun(endingAt end: Int) {
    let start = UInt32(truncatingIfNeeded: dataRun.start) | sectionBit
    let bytes = UInt32(truncatingIfNeeded: code.count - end)
    code.rotate(from: dataRun.start, around: end)
    movePlaces(from: dataRun.start) { $0 &+ bytes }
    for index in 0..<addresses.count {
      let site = addresses[index]
      guard CodePlace.isPlace(site.place, from: start) else { continue }
      addresses[index] = AddressSite(place: site.place &+ bytes, label: site.label, instruction: site.instruction)
    }
    moves.append(DataMove(start: start, bytes: bytes))
    dataRun.move(by: Int(bytes))
  }

  /// Labels and marks at `start` or behind it in this section come to where `move` says.
  private mutating func movePlaces(from start: Int, _ move: (UInt32) -> UInt32) {
    let (start, section) = (UInt32(truncatingIfNeeded: start), sectionBit)
    labels.move(from: start | section, move)
    sites.marks.move(from: start) { move($0 | section) & ~CodePlace.cold }
  }
}
