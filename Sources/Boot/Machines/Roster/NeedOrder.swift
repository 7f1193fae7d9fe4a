// Boot/Machines/Roster: machines without a profile, by when they were heard of last.
// SPDX-License-Identifier: Apache-2.0

/// Machines in the order of a time, the earliest first; a change copies one short run of them.
struct NeedOrder: Sendable {
  private struct Entry: Comparable {
    let seconds: Int
    let id: MachineID

    static func < (left: Entry, right: Entry) -> Bool {
      (left.seconds, left.id) < (right.seconds, right.id)
    }
  }

  /// Each in order and not empty, and all before those of the next.
  private var runs: [[Entry]] = []
  private var times = ShardedDictionary<MachineID, Int>()
  private static let longest = 512

  var count: Int { times.count }

  func time(of id: MachineID) -> Timestamp? { times[id].map { Timestamp(seconds: $0) } }

  /// Puts a machine in, or elsewhere.
  mutating func put(_ id: MachineID, _ time: Timestamp) {
    if times[id] == time.seconds { return }
    remove(id)
    times[id] = time.seconds
    let entry = Entry(seconds: time.seconds, id: id)
    guard !runs.isEmpty else { return runs.append([entry]) }
    let run = self.run(of: entry)
    let place = Self.place(runs[run].count) { runs[run][$0] < entry }
    runs[run].insert(entry, at: place)
    guard runs[run].count > Self.longest else { return }
    let half = Self.longest / 2
    runs.insert(Array(runs[run][half...]), at: run + 1)
    runs[run].removeSubrange(half...)
  }

  mutating func remove(_ id: MachineID) {
    guard let seconds = times[id] else { return }
    times[id] = nil
    let entry = Entry(seconds: seconds, id: id)
    let run = self.run(of: entry)
    let place = Self.place(runs[run].count) { runs[run][$0] < entry }
    runs[run].remove(at: place)
    if runs[run].isEmpty { runs.remove(at: run) }
  }

  /// The last run that begins no later than an entry.
  private func run(of entry: Entry) -> Int {
    max(0, Self.place(runs.count) { !(entry < runs[$0][0]) } - 1)
  }

  /// How many of a row come first, if those that do are its front.
  private static func place(_ count: Int, _ comesFirst: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if comesFirst(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first of them.
  func first(_ count: Int) -> [MachineID] {
    Array(runs.lazy.joined().prefix(count).map(\.id))
  }
}
