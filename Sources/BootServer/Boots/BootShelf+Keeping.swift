// BootServer/Boots: what is kept over a restart, and what is listed.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension BootShelf {
  /// A boot that a run of the server before has kept; what this one has seen counts more.
  mutating func restore(_ run: BootRun) {
    guard let machine = run.machine, last[run.who] == nil else { return }
    runs[run.number] = run
    last[run.who] = run.number
    ofMachine[machine] = [run.number]
    machineOrder.append(run.number)
    // What was under way is cut from now on, on disk too.
    if run.state == .cut { changed.insert(machine) }
  }

  /// The server stops, and sees nothing more of what is under way.
  mutating func cutAll(_ now: BootTime) {
    for number in underway.keys where runs[number]?.state.isUnderWay == true {
      end(number, as: .cut, now)
    }
  }

  /// What has to be written down, and who is gone.
  mutating func takeChanged() -> (runs: [BootRun], gone: [MachineID]) {
    defer { changed = [] }
    let found = changed.compactMap { id -> BootRun? in last[.machine(id)].flatMap { runs[$0] } }
    return (found, changed.filter { last[.machine($0)] == nil })
  }

  /// The last boot of every machine.
  var lastOfMachines: [BootRun] { ofMachine.values.compactMap { $0.last.flatMap { runs[$0] } } }

  /// Boots, the newest first.
  func list(_ filter: BootFilter) -> [BootRun] {
    var found: [BootRun]
    if let number = filter.number {
      found = [runs[number]].compactMap { $0 }
    } else if let machine = filter.machine {
      found = (ofMachine[machine] ?? []).compactMap { runs[$0] }
    } else if filter.isUnderWay {
      found = underway.keys.compactMap { runs[$0] }
    } else {
      found = Array(runs.values)
    }
    if let states = filter.states { found = found.filter { states.contains($0.state) } }
    if let since = filter.since { found = found.filter { $0.began >= since } }
    found.sort { $0.number > $1.number }
    return Array(found.prefix(filter.limit))
  }
}

/// Which boots are asked for.
struct BootFilter {
  var machine: MachineID?
  /// Of one boot.
  var number: Int?
  var states: Set<BootRun.State>?
  /// When they began: milliseconds since 1970.
  var since: Int64?
  var limit = Int.max

  /// Whether all that is asked for is under way.
  var isUnderWay: Bool { states.map { $0.allSatisfy(\.isUnderWay) } ?? false }
}
