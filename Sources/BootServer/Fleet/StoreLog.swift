// BootServer/Fleet: what the store says, in the log.
// SPDX-License-Identifier: Apache-2.0

import System

/// A line of the log for each thing that the store tells.
struct StoreLog: Sendable {
  private let log: Log

  init(_ log: Log) { self.log = log }

  func tell(_ event: StoreEvent) {
    let (level, pairs) = Self.line(event)
    log.event(level, event.name, pairs)
  }

  private static func line(_ event: StoreEvent) -> (Log.Level, [(String, String)]) {
    switch event {
    case .new(let path):
      (
        .info,
        [("state", path), ("hint", "no machine is known yet; the first one makes its record")]
      )
    case .unready(let path, let reason):
      (
        .error,
        [
          ("state", path), ("error", reason),
          ("hint", "known machines boot, and changes are refused until it can be written to"),
        ]
      )
    case .careful(let reason):
      (
        .error,
        [
          ("error", reason),
          (
            "hint",
            "new machines get no installer; look at machines list, and if the state is right say:"
              + " coreos-ipxe-server machines trust-state"
          ),
        ]
      )
    case .trusted: (.info, [])
    case .noMarker(let reason):
      (
        .warning,
        [
          ("error", reason),
          ("hint", "a state directory that gets lost will not be noticed; see docs/operating.md"),
        ]
      )
    case .sharedFileSystem(let kind):
      (
        .warning,
        [
          ("filesystem", kind),
          ("hint", "one server at a time; what it says of locks and flushes is only believed"),
        ]
      )
    case .tornJournal(let number):
      (
        .info,
        [("journal", "\(number)"), ("hint", "its last line was never whole; nobody was told")]
      )
    case .damagedJournal(let file):
      (.error, [("file", file), ("hint", "set aside; the machines in it are held")])
    case .replayed(let batches, let journals):
      (.info, [("batches", "\(batches)"), ("journals", "\(journals)")])
    case .behind(let files, let reason):
      (
        .warning,
        [
          ("files", "\(files)"), ("error", reason),
          ("hint", "nothing is lost: the journal has it; make room, or mend the disk"),
        ]
      )
    case .caughtUp, .journalMended: (.info, [])
    case .keptAside(let machine, let file, let reason):
      (
        .error,
        [
          ("machine", machine), ("file", "machines/\(file)"), ("error", reason),
          ("hint", "it gets no installer until you decide; see docs/machines.md"),
        ]
      )
    case .journalFailed(let reason, let isKnown):
      (.error, [("error", reason), ("happened", isKnown ? "no" : "not known")])
    case .decided(let batch): (.warning, [("batch", "\(batch)"), ("happened", "no")])
    case .lost(let path):
      (
        .error,
        [
          ("state", path),
          ("hint", "it was moved or replaced; changes are refused until it is opened anew"),
        ]
      )
    }
  }
}
