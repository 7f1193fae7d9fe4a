// BootServer/Trail: changes that wait to be written.
// SPDX-License-Identifier: Apache-2.0

/// Notes in the order of their batches, bounded.
struct TrailQueue {
  private(set) var notes: [TrailNote] = []
  /// What is being written.
  private(set) var taken: [TrailNote] = []
  /// Of both.
  private(set) var bytes = 0
  /// Something was left out. Nothing is taken from then on: a later batch in the trail would say that
  /// the one left out is there as well.
  private(set) var isBehind = false
  /// All records are being looked at.
  private(set) var isCatchingUp = false
  /// The last look at all records has found what was changed up to this batch.
  private var found = 0

  var count: Int { notes.count + taken.count }

  /// Adds all notes of a batch, or none.
  mutating func add(_ more: [TrailNote], _ limits: TrailLimits) {
    let more = more.filter { $0.batch == 0 || $0.batch > found }
    if isBehind { return }
    let size = Self.bytes(more)
    guard count + more.count <= limits.notes, bytes + size <= limits.bytes,
      !more.contains(where: { $0.content == .elsewhere })
    else {
      isBehind = true
      return
    }
    notes += more
    bytes += size
  }

  /// The first notes: about `count`, and batches as a whole.
  mutating func dequeue(about count: Int) -> [TrailNote] {
    putBack()
    var end = min(count, notes.count)
    while end > 0, end < notes.count, notes[end].batch > 0, notes[end].batch == notes[end - 1].batch
    {
      end += 1
    }
    taken = Array(notes[..<end])
    notes.removeFirst(end)
    return taken
  }

  /// What was taken is written.
  mutating func written() {
    bytes -= Self.bytes(taken)
    taken = []
  }

  /// What was taken could not be written.
  mutating func putBack() {
    if taken.isEmpty { return }
    notes = taken + notes
    taken = []
  }

  /// What is noted from now on counts again; all before is found otherwise.
  mutating func beginCatchUp() { (isBehind, isCatchingUp) = (false, true) }

  /// All records were looked at: what they have in them is in the trail.
  mutating func caughtUp(through batch: Int) {
    isCatchingUp = false
    found = batch
    notes.removeAll { $0.batch > 0 && $0.batch <= batch }
    bytes = Self.bytes(notes)
  }

  /// Leaves what waits to a look at all records.
  ///
  /// - Returns: what it was; it says who and why.
  mutating func leaveAll() -> [TrailNote] {
    let all = taken + notes
    (notes, taken, bytes) = ([], [], 0)
    (isBehind, isCatchingUp) = (true, false)
    return all
  }

  /// Begins anew, for another directory.
  mutating func clear() -> [TrailNote] {
    let all = leaveAll()
    self = TrailQueue()
    return all
  }

  private static func bytes(_ notes: [TrailNote]) -> Int { notes.reduce(0) { $0 + $1.bytes } }
}
