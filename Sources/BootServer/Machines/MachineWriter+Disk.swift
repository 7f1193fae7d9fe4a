// BootServer/Machines: records on disk, and what others do to them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

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
      guard status == nil else { return hold(id, damage, published) }
      // A record that vanished is not a machine that was removed.
      guard let gone = old?.machine else { return }
      let reason = "it is gone; put it back, or make it anew with: machines remove \(id)"
      let error = MachineError.unreadable(file: StateFiles.recordName(id), reason: reason)
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
    do throws(Errno) {
      if !batch.tokens.isEmpty {
        try folder.append("tokens", batch.tokens.flatMap { $0.value.text($0.key) })
      }
    } catch {
      for id in batch.tokens.keys {
        batch.failures[id] = .notKept(file: "tokens", reason: error.description)
      }
    }
    for id in batch.before.keys where batch.failures[id] == nil {
      let name = StateFiles.recordName(id)
      do throws(Errno) {
        if let entry = working[id] {
          batch.statuses[id] = try folder.replace(name, Array(entry.machine.fileText.utf8))
        } else {
          do throws(Errno) { try folder.remove(name) } catch {
            if error != .noEntry { throw error }
          }
        }
      } catch {
        batch.failures[id] = .notKept(file: name, reason: error.description)
      }
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
    writeClusters(&batch, folder)
    for (id, failure) in batch.failures {
      log.event(.error, "state", [("machine", id.description), ("error", failure.description)])
      if case .some(.some(let entry)) = batch.before[id] {
        working.put(entry)
      } else {
        working.remove(id)
      }
    }
  }

  private mutating func writeClusters(_ batch: inout MachineBatch, _ folder: StateFolder) {
    guard let before = batch.clustersBefore else { return }
    do throws(Errno) {
      _ = try folder.replace("clusters.json", Array(ClusterFile.text(clusters).utf8))
      try folder.sync(folder: ".")
    } catch {
      // The token is there all the same; it is only made anew after a restart.
      log.event(.error, "state", [("error", "clusters.json: \(error)")])
      clusters = before
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
