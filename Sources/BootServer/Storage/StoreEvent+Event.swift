// BootServer/Storage: what the store says, as an event.
// SPDX-License-Identifier: Apache-2.0

import Text

extension StoreEvent {
  /// - Parameter command: for what the hint says to type.
  func event(_ command: OwnCommand) -> Event {
    var event = Event(Event.Name(name), severity)
    if case .keptAside(let machine, _, _) = self { event.subject = .machine(machine) }
    for (key, text) in facts { event.add(key, command.completed(text)) }
    if let hint { event.add("hint", command.completed(hint)) }
    return event
  }

  private var severity: Event.Severity {
    switch self {
    case .new, .trusted, .tornJournal, .replayed, .caughtUp, .journalMended: .info
    case .noMarker, .sharedFileSystem, .behind, .decided: .warning
    case .unready, .careful, .damagedJournal, .keptAside, .journalFailed, .lost: .error
    }
  }

  private var facts: [(String, String)] {
    switch self {
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
    case .keptAside(_, let file, let reason):
      [("file", "machines/\(file)"), ("error", reason)]
    case .journalFailed(let reason, let isKnown):
      [("error", reason), ("happened", isKnown ? "no" : "not known")]
    case .decided(let batch): [("batch", "\(batch)"), ("happened", "no")]
    }
  }

  /// What to do about it.
  private var hint: String? {
    switch self {
    case .new: "no machine is known yet; the first one makes its record"
    case .unready: "known machines boot, and changes are refused until it can be written to"
    case .careful:
      "new machines get no installer; look at machines list, and if the state is right say:"
        + " coreos-ipxe-server machines trust-state"
    case .noMarker:
      "a state directory that gets lost will not be noticed; a new unit of print systemd has a place"
        + " for it, and docs/operating.md says more"
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
