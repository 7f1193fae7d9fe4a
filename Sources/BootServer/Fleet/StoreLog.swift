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
    let facts = facts(of: event)
    return (level(of: event), facts + (hint(for: event).map { [("hint", $0)] } ?? []))
  }

  private static func level(of event: StoreEvent) -> Log.Level {
    switch event {
    case .new, .trusted, .tornJournal, .replayed, .caughtUp, .journalMended: .info
    case .noMarker, .sharedFileSystem, .behind, .decided: .warning
    case .unready, .careful, .damagedJournal, .keptAside, .journalFailed, .lost: .error
    }
  }

  private static func facts(of event: StoreEvent) -> [(String, String)] {
    switch event {
    case .new(let path), .lost(let path): [("state", path)]
    case .unready(let path, let reason): [("state", path), ("error", reason)]
    case .careful(let reason), .noMarker(let reason): [("error", reason)]
    case .trusted, .caughtUp, .journalMended: []
    case .sharedFileSystem(let kind): [("filesystem", kind)]
    case .tornJournal(let number): [("journal", "\(number)")]
    case .damagedJournal(let file): [("file", file)]
    case .replayed(let batches, let journals):
      [("batches", "\(batches)"), ("journals", "\(journals)")]
    case .behind(let files, let reason): [("files", "\(files)"), ("error", reason)]
    case .keptAside(let machine, let file, let reason):
      [("machine", machine), ("file", "machines/\(file)"), ("error", reason)]
    case .journalFailed(let reason, let isKnown):
      [("error", reason), ("happened", isKnown ? "no" : "not known")]
    case .decided(let batch): [("batch", "\(batch)"), ("happened", "no")]
    }
  }

  /// What to do about it.
  private static func hint(for event: StoreEvent) -> String? {
    switch event {
    case .new: "no machine is known yet; the first one makes its record"
    case .unready: "known machines boot, and changes are refused until it can be written to"
    case .careful:
      "new machines get no installer; look at machines list, and if the state is right say:"
        + " coreos-ipxe-server machines trust-state"
    case .noMarker: "a state directory that gets lost will not be noticed; see docs/operating.md"
    case .sharedFileSystem:
      "one server at a time; what it says of locks and flushes is only believed"
    case .tornJournal: "its last line was never whole; nobody was told"
    case .damagedJournal: "set aside; the machines in it are held"
    case .behind: "nothing is lost: the journal has it; make room, or mend the disk"
    case .keptAside: "it gets no installer until you decide; see docs/machines.md"
    case .lost: "it was moved or replaced; changes are refused until it is opened anew"
    case .trusted, .replayed, .caughtUp, .journalMended, .journalFailed, .decided: nil
    }
  }
}
