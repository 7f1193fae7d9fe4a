// BootServer/Explain: all machines, as a state directory has them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// All machines of a state directory, read without a server and without changing anything.
struct MachinePicture {
  var snapshot: Snapshot
  var sightings: [MachineID: Machine.Sightings] = [:]

  /// Nobody was ever seen.
  static let empty = MachinePicture(snapshot: Snapshot())

  /// - Throws: where there is a directory, and it cannot be read.
  static func read(_ path: String) throws(StoreError) -> MachinePicture {
    guard (try? FileStatus.of(path: path))?.kind == .directory else { return .empty }
    let files: DiskFileSystem
    do throws(Errno) {
      files = try DiskFileSystem(path: path, markerFolders: [], isReadOnly: true)
    } catch {
      throw .failed(file: path, error)
    }
    var contents = try StateContents.read(files)
    // Where a server runs, the journals have by now what they had not a moment ago.
    for _ in 0..<3 where contents.ahead != nil { contents = try StateContents.read(files) }
    let doubt = try StartDoubt(files, contents, StartPolicy())
    return MachinePicture(contents, isCareful: !doubt.reasons.isEmpty)
  }

  private init(snapshot: Snapshot) { self.snapshot = snapshot }

  private init(_ contents: StateContents, isCareful: Bool) {
    var roster = Roster()
    for record in contents.machines.values {
      roster.put(Roster.Entry(record.machine, token: record.token))
    }
    for (id, damaged) in contents.damaged {
      var damage = Roster.Damage(damaged.error, id: id, bytes: damaged.bytes)
      if let known = contents.known[id] { damage.remember(known) }
      roster.putDamaged(id, damage)
    }
    let careful = isCareful || !contents.careful.reasons.isEmpty
    snapshot = Snapshot(
      roster: roster, clusters: contents.clusters ?? [:],
      careful: careful ? Careful(since: contents.lastBatch) : nil, held: contents.careful.held,
      batch: contents.lastBatch)
    sightings = contents.sightings
  }
}

extension Roster.Damage {
  /// What was kept beside the record.
  mutating func remember(_ known: KnownRecord) {
    remember(uuid: known.uuid, macs: known.macs, serial: known.serial, profile: known.profile)
    remember(told: known.told)
  }
}
