// BootServer/Storage: what records' files and the journal say together.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateContents {
  mutating func readRecords(_ files: any StateFileSystem) throws(StoreError) {
    let names: [String]
    do throws(Errno) {
      names = try files.names(in: RecordFile.folder)
    } catch {
      // Nobody has made it yet.
      if error != .noEntry { throw .failed(file: "\(files.path)/\(RecordFile.folder)", error) }
      return replayJournal([:])
    }
    var ids: [MachineID] = []
    var misnamed: [(MachineID, String)] = []
    for name in names {
      switch RecordFile.meaning(of: name) {
      case .record(let id): ids.append(id)
      case .misnamed(let id): misnamed.append((id, name))
      case .aside(let id): asides[id, default: []].append(name)
      case .leftover: leftovers.append("\(RecordFile.folder)/\(name)")
      case .hidden: break
      case .other:
        warnings.append("machines/\(name) is no record: its name is no ID and .json")
      }
    }
    let replayed = Set(replay.last.keys)
    let tokens = tokens
    let contents = Parallel.map(ids) { id -> RecordFile.Content in
      RecordFile.read(id, from: files, tokens, keepsBytes: replayed.contains(id))
    }
    var found: [MachineID: RecordFile.Content] = [:]
    machines.reserveCapacity(ids.count)
    statuses.reserveCapacity(ids.count)
    for (id, content) in zip(ids, contents) {
      if replayed.contains(id) { found[id] = content }
      switch content {
      case .machine(let record, _, let status):
        machines[id] = record
        statuses[id] = status
      case .damaged(let error, let bytes, let status):
        damaged[id] = (error, bytes)
        statuses[id] = status
      case .missing: break
      case .failed(let error): throw .failed(file: "\(files.path)/\(RecordFile.name(id))", error)
      }
    }
    replayJournal(found)
    for (id, name) in misnamed { noteMisnamed(id, name, files) }
  }

  /// A file in capital letters is no record, and its machine is not nobody.
  private mutating func noteMisnamed(
    _ id: MachineID, _ name: String, _ files: any StateFileSystem
  ) {
    let file = "\(RecordFile.folder)/\(name)"
    misnamed[id] = name
    // Its removal has not come to this file yet.
    if let last = replay.last[id], last.text == nil { return }
    guard machines[id] == nil, damaged[id] == nil else {
      warnings.append("\(file) is not read: \(RecordFile.name(id)) is there")
      return
    }
    damaged[id] = (
      .unreadable(file: file, reason: "its name must be \(id).json"),
      (try? files.read(file, limit: RecordFile.limit).bytes) ?? []
    )
  }

  /// The journal's last word counts against every version that it knows, and what is no version.
  private mutating func replayJournal(_ found: [MachineID: RecordFile.Content]) {
    for (id, last) in replay.last {
      if case .machine(let record, let bytes, _)? = found[id] {
        if record.machine.revision > last.batch { continue }
        let versions = replay.versions[id] ?? []
        if !versions.contains(Digest(bytes)), !versions.contains(record.digest) {
          strayEdits.insert(id)
        }
      }
      machines[id] = nil
      damaged[id] = nil
      behind.insert(id)
      guard let text = last.text else { continue }
      do throws(MachineError) {
        let machine = try RecordFile.parse(text, id, file: RecordFile.name(id))
        machines[id] = StoredRecord(
          machine, token: tokens[id, machine.generation] ?? "", digest: Digest(text))
      } catch {
        // A record that this version cannot read: it is left as it is.
        damaged[id] = (error, text)
        behind.remove(id)
      }
    }
  }

  /// A file of a version before the one that is known is somebody's backup, and nobody's word.
  private mutating func findOlder() {
    for (id, record) in machines where replay.last[id] == nil {
      let revision = record.machine.revision
      guard revision > 0, let latest = known.revision(of: id), latest > revision else { continue }
      machines[id] = nil
      damaged[id] = (
        .unreadable(
          file: RecordFile.name(id),
          reason: "it is older than what is known of the machine (its \"revision\" is \(revision),"
            + " and there was \(latest)); if it is right, take \"revision\" out of it"), []
      )
    }
  }

  /// Machines that were here, and have no record now.
  mutating func findLost() {
    findOlder()
    // The version before has only tokens to tell by.
    let ids = format == nil ? Array(tokens.ids) : Array(known.ids)
    for id in ids where machines[id] == nil && damaged[id] == nil && replay.last[id] == nil {
      let isOwed =
        format == nil
        ? tokens.isOwed(id) : known[id] != nil && !tokens.isRemoved(id)
      if isOwed { damaged[id] = (RecordFile.gone(id), []) }
    }
  }

  /// Records whose files are younger than the last checkpoint of a clean stop: somebody has edited them
  /// while no server ran.
  private var touched: [MachineID] {
    guard let settledAt, !hasJournals else { return [] }
    func isYounger(_ status: FileStatus) -> Bool {
      let time = status.modified
      return (time.seconds, time.nanoseconds) > (settledAt.seconds, settledAt.nanoseconds)
    }
    return statuses.filter { machines[$0.key] != nil && isYounger($0.value) }.keys.sorted()
  }

  /// As the register takes it over, without what only an open store can tell.
  func state() -> StoredState {
    var state = StoredState()
    state.machines = Array(machines.values)
    state.damaged = damaged.map { id, damage in
      StoredState.Damaged(
        id: id, error: damage.error, bytes: damage.bytes, known: known[id],
        tokens: tokens.tokens(of: id))
    }
    state.held = careful.held
    for id in strayEdits {
      state.held[id] =
        "\(RecordFile.name(id)) was edited while changes were still in the journal; the edit"
        + " is not taken"
    }
    for (id, names) in asides where state.held[id] == nil {
      state.held[id] =
        "an edit that was not taken is kept as \(RecordFile.folder)/\(names[0]);"
        + " take over what is right in it, then remove the file"
    }
    state.touched = touched
    state.sightings = sightings
    state.clusters = clusters
    state.words = replay.batches.flatMap { batch in
      batch.notes.compactMap { TrailNote(json: $0, in: batch) }
    }
    state.warnings = warnings + damaged.values.map(\.error.description)
    return state
  }
}
