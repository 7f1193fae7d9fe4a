// BootServer/Storage: making an opened directory ready for changes.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  /// What the register takes over; every machine has a token from here on.
  func start() -> StoredState {
    guard let contents = found.withLock({ $0 }) else { return StoredState() }
    var state = contents.state()
    var records = contents.machines
    var lines: [UInt8] = []
    for index in state.machines.indices where state.machines[index].token.isEmpty {
      let machine = state.machines[index].machine
      let record = StoredRecord(machine, token: Random.hex(bytes: 16))
      state.machines[index] = record
      records[machine.id] = record
      // A stranger gets no script that has one.
      if machine.state != .unknown {
        lines += TokenLog.line(machine.id, machine.generation, record.token)
      }
    }
    memory.withLock { memory in
      memory.records = records
      memory.tokenLines = lines
      if contents.hasJournals { memory.oldestUnflushed = .now }
    }
    return state
  }

  /// The first batch comes: what every directory has is written now.
  func leaveBlank() {
    let wasBlank = memory.withLock { memory -> Bool in
      defer { memory.isBlank = false }
      if memory.isBlank { memory.unready = "the state directory has not been made ready yet" }
      return memory.isBlank
    }
    if wasBlank { _ = makeReady() }
  }

  /// Makes the directory ready, unless it is.
  func makeReady() -> Bool {
    found.withLock { found in
      guard let contents = found else { return true }
      do throws(StoreError) {
        try prepare(contents)
        found = nil
        memory.withLock { $0.unready = nil }
        whenReady()
        return true
      } catch {
        memory.withLock { $0.unready = error.description }
        return false
      }
    }
  }

  /// Every step can be taken again after one that failed.
  private func prepare(_ contents: StateContents) throws(StoreError) {
    try step(RecordFile.folder) { () throws(Errno) in
      try files.makeFolder(RecordFile.folder)
      try files.makeFolder("tmp")
      for name in try files.names(in: "tmp") { try files.remove("tmp/\(name)") }
    }
    for name in contents.leftovers { try? files.remove(name) }
    let careful = memory.withLock { $0.careful }
    if !careful.isEmpty { try replace(CarefulNote.fileName, careful.text, flushed: true) }
    // A journal that is not read any more counts again if the word that settled it is lost with the power.
    let settled = contents.known.settled ?? 0
    if contents.journals.contains(where: { $0.number <= settled }) {
      try step(KnownLog.fileName) { () throws(Errno) in try files.flush(KnownLog.fileName) }
    }
    for beginning in contents.replay.beginnings {
      guard let source = contents.journals.first(where: { $0.number == beginning.number }) else {
        continue
      }
      try rewrite(source.bytes, beginning)
    }
    // What the other files are to say rests on it.
    if !contents.replay.beginnings.isEmpty {
      try step(".") { () throws(Errno) in try files.flush(".") }
    }
    for id in contents.strayEdits where memory.withLock({ $0.statuses[id] != nil }) {
      try step(RecordFile.name(id)) { () throws(Errno) in
        _ = try keepAside(id, "it was edited while changes were still in the journal")
      }
    }
    try upkeep.withLock { (upkeep: inout FileUpkeep) throws(StoreError) in
      // Before the format: without it, tokens alone tell of lost records.
      if contents.format == nil { try rewriteKnown(&upkeep) }
      try writeTokens(&upkeep)
    }
    if contents.format == nil {
      try step(".") { () throws(Errno) in try files.flush(".") }
      try replace(StateFormat.fileName, format.text, flushed: true)
    }
    try step(".") { () throws(Errno) in try files.flush(".") }
    if careful.reasons.isEmpty { mark(journal.withLock { $0.journaled }, flushed: true) }
  }

  /// Writes what is good of a journal into a new file: whether it is on the disk, nobody knows.
  private func rewrite(
    _ bytes: [UInt8], _ beginning: JournalReplay.Beginning
  ) throws(StoreError) {
    let name = StateContents.journalName(beginning.number)
    if beginning.isDamaged {
      try replace("\(name).damaged", bytes, flushed: true)
      report(.damagedJournal("\(name).damaged"))
    }
    if beginning.length > 0 {
      try replace(name, Array(bytes[..<beginning.length]), flushed: true)
    } else {
      try step(name) { () throws(Errno) in
        do throws(Errno) {
          try files.remove(name)
        } catch {
          if error != .noEntry { throw error }
        }
      }
    }
  }

  func step(
    _ file: String, _ body: () throws(Errno) -> Void
  ) throws(StoreError) {
    do throws(Errno) {
      try body()
    } catch {
      // Clients are told of it: without the directory's path.
      throw .failed(file: file, error)
    }
  }

  /// Writes a file beside its place and puts it there in one step.
  func replace(_ name: String, _ bytes: [UInt8], flushed: Bool) throws(StoreError) {
    try step(name) { () throws(Errno) in
      try files.put("tmp/\(name)", bytes, at: 0, flushed: flushed)
      try files.rename("tmp/\(name)", name)
    }
  }

  /// Takes a file that says what is not taken out of the way.
  ///
  /// - Returns: what it is called now, in `machines/`.
  func keepAside(_ id: MachineID, _ reason: String) throws(Errno) -> String {
    var kept = "\(id).json.edited"
    var number = 2
    while (try? files.status("\(RecordFile.folder)/\(kept)")) != nil, number < 100 {
      kept = "\(id).json.edited-\(number)"
      number += 1
    }
    try files.rename(RecordFile.name(id), "\(RecordFile.folder)/\(kept)")
    memory.withLock { memory in
      memory.statuses[id] = nil
      memory.asides[id] = kept
    }
    report(.keptAside(machine: id.description, file: kept, reason: reason))
    return kept
  }
}
