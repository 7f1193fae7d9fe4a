// BootServer/Fleet: records on disk, and what others do to them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension MachineWriter {
  /// Reads a record again that somebody else has edited, or put there.
  mutating func refresh(
    _ id: MachineID, _ published: Mutex<MachineRegister.Published>, _ trail: Trail
  ) {
    guard let files else { return }
    let (oldStatus, old) = published.withLock { ($0.statuses[id], $0.roster[id]) }
    let status = try? files.folder.status(StateFiles.recordName(id))
    if status == oldStatus, working.damage(of: id) == nil { return }
    switch files.record(id) {
    case .record(let machine, let status):
      if machine == old?.machine, working.damage(of: id) == nil {
        return published.withLock { $0.statuses[id] = status }
      }
      takeOver(machine, status, published)
      let note = TrailNote(
        from: old?.machine, to: machine, who: "by hand", why: "its file was edited")
      trail.add([note].compactMap { $0 })
    case .damaged(let damage):
      if status != nil {
        // What is known of it, too, is what it was when it could be read.
        let last = Roster.Damage(damage.error, id: id, bytes: [], last: old?.machine)
        hold(id, last, published)
        return hold(id, damage, published)
      }
      // A record that vanished is not a machine that was removed.
      guard let gone = old?.machine else { return }
      let error = MachineError.unreadable(
        file: StateFiles.recordName(id), reason: StateFiles.goneReason(id))
      hold(id, Roster.Damage(error, id: id, bytes: Array(gone.fileText.utf8)), published)
    }
  }

  /// A record as somebody has edited it stands for what we had.
  private mutating func takeOver(
    _ machine: Machine, _ status: FileStatus, _ published: Mutex<MachineRegister.Published>
  ) {
    let id = machine.id
    let entry = Roster.Entry(machine, token: token(of: machine))
    working.put(entry)
    published.withLock { published in
      published.roster.put(entry)
      published.statuses[id] = status
      published.revision += 1
    }
    log.event(.warning, "record-edited", [("machine", id.description)])
  }

  /// The token of a generation that was given out, or a new one.
  private func token(of machine: Machine) -> String {
    let bytes = (try? files?.folder.read("tokens", limit: 1 << 30).bytes) ?? []
    let lines = TokenLine.read(bytes)[machine.id] ?? []
    if let kept = lines.first(where: { $0.generation == machine.generation }) { return kept.token }
    let line = TokenLine(generation: machine.generation)
    keepTokens([machine.id: line])
    return line.token
  }

  private mutating func hold(
    _ id: MachineID, _ damage: Roster.Damage, _ published: Mutex<MachineRegister.Published>
  ) {
    // Said once, however often the machine asks.
    if working.damage(of: id) != damage.error {
      log.event(.error, "state", [("error", damage.error.description)])
    }
    working.putDamaged(id, damage)
    published.withLock { published in
      published.roster.putDamaged(id, damage)
      published.statuses[id] = nil
      published.revision += 1
    }
  }

  /// Everything of a batch goes to disk; what does not is as it was before.
  mutating func write(_ batch: inout MachineBatch) {
    guard let files else { return }
    let folder = files.folder
    let isKept = writeClusters(&batch, folder)
    do throws(Errno) {
      let removed = batch.removed.flatMap { TokenLine.removal(of: $0) }
      let lines = batch.tokens.flatMap { $0.value.text($0.key) } + removed
      if !lines.isEmpty { try folder.append("tokens", lines) }
    } catch {
      for id in Array(batch.tokens.keys) + batch.removed {
        batch.failures[id] = .notKept(file: "tokens", reason: error.description)
      }
    }
    for id in batch.before.keys where batch.failures[id] == nil {
      batch.failures[id] =
        isKept
        ? writeRecord(id, &batch, folder) : .notKept(file: "clusters.json", reason: "see the log")
    }
    if batch.before.count > batch.failures.count {
      do throws(Errno) {
        try folder.sync(folder: "machines")
      } catch {
        for id in batch.before.keys {
          batch.failures[id] = .notKept(file: "machines", reason: error.description)
        }
      }
    }
    for (id, failure) in batch.failures {
      log.event(.error, "state", [("machine", id.description), ("error", failure.description)])
      if case .some(.some(let entry)) = batch.before[id] {
        working.put(entry)
      } else {
        working.remove(id)
      }
    }
  }

  private func writeRecord(
    _ id: MachineID, _ batch: inout MachineBatch, _ folder: StateFolder
  ) -> MachineError? {
    let name = StateFiles.recordName(id)
    do throws(Errno) {
      if let entry = working[id] {
        batch.statuses[id] = try folder.replace(name, Array(entry.machine.fileText.utf8))
      } else {
        try folder.remove(name)
      }
      return nil
    } catch {
      if error == .noEntry, working[id] == nil { return nil }
      return .notKept(file: name, reason: error.description)
    }
  }

  /// Before the records that have a cluster's token: of two tokens the members would make two halves.
  private mutating func writeClusters(
    _ batch: inout MachineBatch, _ folder: StateFolder
  ) -> Bool {
    guard let before = batch.clustersBefore else { return true }
    do throws(Errno) {
      _ = try folder.replace("clusters.json", Array(ClusterFile.text(clusters).utf8))
      try folder.sync(folder: ".")
      return true
    } catch {
      log.event(.error, "state", [("error", "clusters.json: \(error)")])
      clusters = before
      return false
    }
  }

  func publish(_ batch: MachineBatch, _ published: Mutex<MachineRegister.Published>) {
    let changed = batch.before.keys.filter { batch.failures[$0] == nil }
    if changed.isEmpty, batch.clustersBefore == nil { return }
    published.withLock { published in
      for id in changed {
        if let entry = working[id] {
          published.roster.put(entry)
          published.statuses[id] = batch.statuses[id]
        } else {
          published.roster.remove(id)
          published.statuses[id] = nil
          published.sightings[id] = nil
        }
      }
      published.clusters = clusters
      published.revision += 1
    }
  }
}

/// The file of etcd's tokens.
enum ClusterFile {
  static func text(_ clusters: [String: String]) -> String {
    let members = clusters.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
    return JSONWriter.text(.object(members), indent: 2) + "\n"
  }
}
