// BootServerTests/Model: what somebody does to the files.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

extension ModelWorld {
  func hand(_ act: HandAct) {
    // What is edited while the directory is being exchanged is nobody's.
    guard moved == nil, files.disk.visible[RecordFile.folder] != nil else { return }
    switch act {
    case .edit(let id, let change, let revision, let inPlace):
      guard var machine = read(id) else { return }
      change.apply(to: &machine)
      switch revision {
      case .same: break
      case .lower: machine.revision = max(1, machine.revision - 1)
      case .none: machine.revision = 0
      }
      write(id, Array(machine.fileText.utf8), inPlace: inPlace)
    case .open(let id): state.editors[id] = read(id)
    case .save(let id, let change):
      guard var machine = state.editors.removeValue(forKey: id) else { return }
      change.apply(to: &machine)
      write(id, Array(machine.fileText.utf8))
    case .copy(let id, let other, let fixesID):
      guard let machine = read(id), id != other else { return }
      let text = machine.fileText
      write(other, Array((fixesID ? text.replacing("\(id)", with: "\(other)") : text).utf8))
    case .rename(let id, let other):
      guard let bytes = files.disk.contents(RecordFile.name(id)), id != other else { return }
      delete(id)
      write(other, bytes)
    case .misname(let id):
      guard let bytes = files.disk.contents(RecordFile.name(id)) else { return }
      delete(id)
      touch(id)
      files.edit("machines/\(id.description.uppercased()).JSON", bytes)
    case .delete(let id):
      guard let bytes = files.disk.contents(RecordFile.name(id)) else { return }
      state.trash[id] = bytes
      delete(id)
    case .putBack(let id): if let bytes = state.trash[id] { write(id, bytes) }
    case .cutShort(let id):
      guard let bytes = files.disk.contents(RecordFile.name(id)) else { return }
      write(id, Array(bytes.prefix(bytes.count / 2)), inPlace: true)
    case .restoreFile(let number, let id):
      if let bytes = state.backups[number]?.files[RecordFile.name(id)] { write(id, bytes) }
    case .removeAside(let id):
      for name in (files.disk.visible[RecordFile.folder] ?? [:]).keys.sorted() {
        guard name.hasPrefix("\(id).json.edited") else { continue }
        files.delete("\(RecordFile.folder)/\(name)")
        note { $0.asides[id] = nil }
        touch(id)
      }
    }
  }

  private func read(_ id: MachineID) -> Machine? {
    files.disk.contents(RecordFile.name(id)).flatMap {
      try? Machine(parsing: $0, id: id, file: "f")
    }
  }

  private func touch(_ id: MachineID) { note { $0.touched.insert(id) } }

  /// What is so, whatever the directory turns out to say.
  private func note(_ body: (inout ModelLedger) -> Void) {
    body(&state.ledger)
    for index in possible.indices { body(&possible[index]) }
  }

  private func delete(_ id: MachineID) {
    touch(id)
    files.delete(RecordFile.name(id))
    tell("\(ModelNames.short(id)).json is deleted")
  }

  /// Puts content where a record's file is, and notes what that says of its machine.
  private func write(_ id: MachineID, _ bytes: [UInt8], inPlace: Bool = false) {
    touch(id)
    files.edit(RecordFile.name(id), bytes, inPlace: inPlace)
    guard let machine = try? Machine(parsing: bytes, id: id, file: "f") else {
      return tell("\(ModelNames.short(id)).json is no record now")
    }
    let known = state.ledger.revisions[id] ?? 0
    let counts = machine.revision == 0 || machine.revision >= known
    tell(
      "\(ModelNames.short(id)).json says \(ModelNames.story(machine))"
        + (counts ? "" : ", which is older than r\(known)"))
    let now = tick()
    if counts, !machine.isInUse { note { $0.words[id] = now } }
  }
}

extension HandChange {
  func apply(to machine: inout Machine) {
    switch self {
    case .nothing: break
    case .state(let state):
      machine.state = state
      if state == .installed || state == .running {
        machine.installedAt = machine.installedAt ?? Timestamp(seconds: 1_764_000_000)
      } else {
        machine.installedAt = nil
      }
      if state == .unknown {
        machine.profile = nil
      } else {
        machine.profile = machine.profile ?? "rest"
      }
    case .profile(let name):
      machine.profile = name
      if machine.state == .unknown { machine.state = .configured }
    case .uuid(let number): machine.uuid = ModelNames.uuid(number)
    case .macs(let numbers): machine.macs = numbers.map { ModelNames.mac($0) }
    case .hostname(let number): machine.hostname = "by-hand-\(number)"
    }
  }
}

extension ModelWorld {
  func backUp(_ number: Int) {
    guard moved == nil, possible.isEmpty else { return }
    let disk = files.disk
    var copy: [String: [UInt8]] = [:]
    for (folder, names) in disk.visible where folder != MemoryDisk.outside && folder != "tmp" {
      for name in names.keys where name != "lock" {
        let path = folder == "." ? name : "\(folder)/\(name)"
        copy[path] = disk.contents(path)
      }
    }
    guard let contents = try? StateContents.read(MemoryFileSystem(disk)),
      let id = contents.format?.id
    else { return }
    state.backups[number] = ModelBackup(
      files: copy, ledger: state.ledger, id: id, batch: contents.lastBatch)
    tell("batch \(contents.lastBatch), \(copy.count) files")
  }

  /// - Parameter backup: `nil`: nothing is there.
  func restore(_ backup: ModelBackup?, isRunning: Bool) {
    guard moved == nil, possible.isEmpty else { return }
    if !isRunning, server != nil { return }
    let disk = files.disk
    let bytes = ModelPower(loss: .all, seed: 0).after(disk).contents(Self.markerName) ?? []
    guard let marker = StateMarker.find(path: files.path, in: bytes).marker else { return }
    // Written, and nobody knows whether for good: what a start makes of it is chance.
    let shown = StateMarker.find(path: files.path, in: disk.contents(Self.markerName) ?? []).marker
    guard shown == marker else { return }
    var ledger = backup?.ledger ?? ModelLedger()
    // A directory that is older than its marker is not trusted; one that is not, must be the last.
    if let backup, marker.id == backup.id, marker.batch <= backup.batch {
      guard backup.batch == state.highest[marker.id],
        backup.ledger.roster.isSame(state.ledger.roster)
      else { return }
    } else {
      ledger.carefulSince = tick()
      ledger.isTrustUnsure = false
      ledger.formerWords.merge(ledger.words) { max($0, $1) }
      ledger.words = [:]
    }
    var copy = MemoryDisk()
    copy.fill(backup?.files ?? [:])
    let old = files
    replaceFiles(copy)
    files.takeMarker(from: old)
    tell(backup.map { "batch \($0.batch) is back" } ?? "it is empty")
    if server != nil {
      old.moveAway()
      moved = (old, ledger)
    } else {
      state.ledger = ledger
    }
  }

  static let markerName = "\(MemoryDisk.outside)/\(StateMarker.fileName)"
}

extension Roster {
  /// Whether it has the same records.
  func isSame(_ other: Roster) -> Bool {
    all.map(\.machine) == other.all.map(\.machine)
  }
}

extension MemoryDisk {
  /// Files that have been there for long.
  mutating func fill(_ files: [String: [UInt8]]) {
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let folder = Self.split(path).folder
      if folder != "." { makeFolder(folder) }
      let node = make(path)
      write(node, bytes, at: 0)
      flush(node)
    }
    for folder in ["."] + visible.keys { flush(folder: folder) }
  }
}

extension MemoryFileSystem {
  /// The marker lies on a disk of its own.
  func takeMarker(from other: MemoryFileSystem) {
    let disk = other.disk
    guard let visible = disk.contents(ModelWorld.markerName) else { return }
    let durable = ModelPower(loss: .all, seed: 0).after(disk).contents(ModelWorld.markerName)
    world.withLock { world in
      if let durable { world.disk.fill([ModelWorld.markerName: durable]) }
      if durable != visible {
        let node = world.disk.node(ModelWorld.markerName) ?? world.disk.make(ModelWorld.markerName)
        world.disk.write(node, visible, at: 0)
      }
    }
  }
}
