// BootServer/Storage: what others do to records' files.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  /// Whether a record is as it is known here; waits for nobody.
  ///
  /// On a file system of the network that is not known until somebody has read it again.
  func isCurrent(_ id: MachineID) -> Bool {
    memory.withLock { memory in
      look(&memory)
      if memory.edits.dirty.contains(id) { return false }
      // Read, and on its way: who asks now is not to be answered from what was before.
      if memory.waiting.contains(id) || memory.taken.contains(id) { return false }
      if memory.edits.isWatched, !memory.edits.allSuspect { return true }
      if files.sharedKind != nil { return memory.edits.isFresh(id) }
      if memory.writing == id || isAsLeft(id, memory) { return true }
      // Whoever asks has it read again: not before the next look at every file.
      memory.edits.mark(id)
      return false
    }
  }

  /// Whether nobody has edited anything, as far as that can be told without looking at each file.
  var areAllCurrent: Bool {
    memory.withLock { memory in
      look(&memory)
      return memory.edits.isWatched && !memory.edits.allSuspect && memory.edits.dirty.isEmpty
        && memory.waiting.isEmpty && memory.taken.isEmpty
    }
  }

  private func isAsLeft(_ id: MachineID, _ memory: StateMemory) -> Bool {
    do throws(Errno) {
      return try files.status(RecordFile.name(id)) == memory.statuses[id]
    } catch {
      return error == .noEntry && memory.statuses[id] == nil
    }
  }

  /// Takes in what was noticed; waits for nobody.
  func look(_ memory: inout StateMemory) {
    guard memory.edits.isWatched else { return }
    let (changes, isOver) = files.changes()
    for change in changes {
      switch change {
      // We write elsewhere, and rename.
      case .content(let name): note(name, isOurs: false, &memory)
      case .entry(let name): note(name, isOurs: true, &memory)
      case .unknown: memory.edits.allSuspect = true
      }
    }
    if isOver { memory.edits.isWatched = false }
    if memory.edits.suspects.isEmpty { return }
    for id in memory.edits.suspects where id != memory.writing {
      memory.edits.suspects.remove(id)
      if !isAsLeft(id, memory) { memory.edits.mark(id) }
    }
  }

  /// - Parameter isOurs: whether it may have been ourselves.
  private func note(_ name: String, isOurs: Bool, _ memory: inout StateMemory) {
    switch RecordFile.meaning(of: name) {
    case .record(let id):
      if isOurs {
        memory.edits.suspects.insert(id)
      } else {
        memory.edits.mark(id)
      }
    case .misnamed(let id):
      memory.misnamed[id] = name
      if memory.records[id] == nil { memory.edits.mark(id) }
    case .aside(let id): memory.edits.news.insert(id)
    case .leftover, .hidden, .other: break
    }
  }

  /// Records that others may have changed since the last call.
  func edited() -> EditedRecords {
    let needsScan = memory.withLock { memory -> Bool in
      // Whoever committed the last batch has shown it by now.
      memory.taken = []
      look(&memory)
      return !memory.edits.isWatched || memory.edits.allSuspect
    }
    if needsScan { scan() }
    let news = memory.withLock { memory in
      defer { memory.edits.news = [] }
      return memory.edits.news
    }
    return news.isEmpty ? .none : .some(news)
  }

  /// Looks at every file, but no longer than a small part of the time.
  private func scan() {
    let start = Instant.now
    let isDue = memory.withLock { memory -> Bool in
      guard memory.edits.scansAt <= start else { return false }
      if memory.edits.isWatched { memory.edits.allSuspect = false }
      return true
    }
    guard isDue else { return }
    // What happens from here on is noticed, if that is to be had again.
    let isWatched = files.watch(RecordFile.folder)
    memory.withLock { $0.edits.isWatched = isWatched }
    guard let names = try? files.names(in: RecordFile.folder) else {
      return memory.withLock { memory in
        memory.edits.allSuspect = true
        memory.edits.scansAt = Instant.now.advanced(seconds: 2)
      }
    }
    var seen: Set<MachineID> = []
    for name in names {
      switch RecordFile.meaning(of: name) {
      case .record(let id):
        seen.insert(id)
        markIfChanged(id)
      case .misnamed(let id):
        memory.withLock { memory in
          memory.misnamed[id] = name
          if memory.records[id] == nil, memory.lost[id] == nil { memory.edits.mark(id) }
        }
      case .aside, .leftover, .hidden, .other: break
      }
    }
    let known = memory.withLock { Array($0.statuses.keys) }
    for id in known where !seen.contains(id) { markIfChanged(id) }
    let milliseconds = Instant.now.microseconds(since: start) / 1000
    memory.withLock { memory in
      let pause = (isWatched ? 0 : 2000) + 20 * milliseconds
      memory.edits.scansAt = Instant.now.advanced(milliseconds: pause)
    }
  }

  /// Looks at one file without holding up those who ask for others.
  private func markIfChanged(_ id: MachineID) {
    let before = memory.withLock { ($0.statuses[id], $0.writing == id) }
    if before.1 { return }
    let now = try? files.status(RecordFile.name(id))
    if now == before.0 { return }
    memory.withLock { memory in
      // It may have been ourselves meanwhile.
      if memory.writing != id, memory.statuses[id] == before.0 { memory.edits.mark(id) }
    }
  }

  /// Reads a record that somebody else may have changed.
  func reread(_ id: MachineID) -> Reread {
    let began = Instant.now
    let reread = readAgain(id)
    if files.sharedKind != nil { memory.withLock { $0.edits.looked[id] = began } }
    return reread
  }

  private func readAgain(_ id: MachineID) -> Reread {
    let isSure = memory.withLock { memory -> Bool in
      look(&memory)
      let edits = memory.edits
      defer {
        memory.edits.dirty.remove(id)
        memory.edits.news.remove(id)
      }
      return edits.isWatched && !edits.allSuspect && !edits.dirty.contains(id)
        && memory.records[id] != nil && !memory.waiting.contains(id)
    }
    if isSure { return .same }
    switch RecordFile.read(id, from: files) {
    case .missing: return missing(id)
    case .damaged(let error, let bytes, let status): return damaged(id, error, bytes, status)
    case .machine(let record, let bytes, let status): return read(record.machine, bytes, status)
    case .failed(let error):
      memory.withLock { $0.edits.mark(id) }
      return .damaged(
        .unreadable(file: RecordFile.name(id), reason: "it cannot be read now: \(error)"), [])
    }
  }

  private func missing(_ id: MachineID) -> Reread {
    let misnamed = misnamedFile(id)
    return memory.withLock { memory in
      memory.statuses[id] = nil
      if let (error, bytes) = misnamed, memory.records[id] == nil { return .damaged(error, bytes) }
      // It is written, or has been removed, in a moment.
      if memory.behind[id] != nil {
        memory.waiting.remove(id)
        return .same
      }
      if memory.records[id] == nil, memory.lost[id] == nil { return .same }
      memory.waiting.insert(id)
      return .gone
    }
  }

  /// A file that means this machine, and is not called as it should be.
  private func misnamedFile(_ id: MachineID) -> (MachineError, [UInt8])? {
    let isKnown = memory.withLock { $0.records[id] != nil }
    guard !isKnown, let names = try? files.names(in: RecordFile.folder) else { return nil }
    guard let name = names.first(where: { RecordFile.meaning(of: $0) == .misnamed(id) }) else {
      return nil
    }
    let file = "\(RecordFile.folder)/\(name)"
    return (
      .unreadable(file: file, reason: "its name must be \(id).json"),
      (try? files.read(file, limit: RecordFile.limit).bytes) ?? []
    )
  }

  private func damaged(
    _ id: MachineID, _ error: MachineError, _ bytes: [UInt8], _ status: FileStatus?
  ) -> Reread {
    // What is there was made on a version that has been changed since.
    if memory.withLock({ $0.behind[id] != nil }), status != nil { return stale(id) }
    memory.withLock { memory in
      memory.statuses[id] = status
      memory.waiting.insert(id)
    }
    return .damaged(error, bytes)
  }

  private enum Verdict { case same, edited, stale }

  private func read(_ machine: Machine, _ bytes: [UInt8], _ status: FileStatus) -> Reread {
    let id = machine.id
    let versions = [Digest(machine), Digest(bytes)]
    let verdict = memory.withLock { memory -> Verdict in
      let verdict = judge(machine, versions, memory)
      if verdict == .stale { return verdict }
      memory.statuses[id] = status
      if verdict == .same {
        memory.waiting.remove(id)
        memory.editVersions[id] = nil
      } else {
        memory.waiting.insert(id)
        memory.editVersions[id] = versions
      }
      return verdict
    }
    switch verdict {
    case .same: return .same
    case .edited: return .edited(machine)
    case .stale: return stale(id)
    }
  }

  private func judge(
    _ machine: Machine, _ versions: [Digest], _ memory: StateMemory
  ) -> Verdict {
    let id = machine.id
    let late = memory.behind[id]
    // As it was left, until the present version is written.
    if let late, versions.contains(where: { late.versions.contains($0) }) { return .same }
    guard let present = memory.records[id]?.machine else {
      if late != nil, machine.revision > 0 { return .stale }
      let revision = memory.lost[id]?.revision ?? 0
      return machine.revision == 0 || machine.revision >= revision ? .edited : .stale
    }
    var plain = machine
    plain.revision = present.revision
    if plain == present { return .same }
    return machine.revision == 0 || machine.revision >= present.revision ? .edited : .stale
  }

  /// An edit that was made on an older version is not taken.
  private func stale(_ id: MachineID) -> Reread {
    do throws(Errno) {
      let kept = try keepAside(id, "it was made on an older version of the record")
      memory.withLock { memory in
        memory.waiting.remove(id)
        if memory.records[id] != nil, memory.behind[id] == nil {
          memory.behind[id] = StateMemory.Behind(first: memory.journal.batch)
        }
      }
      return .stale(kept: kept)
    } catch {
      memory.withLock { $0.edits.mark(id) }
      let file = RecordFile.name(id)
      return .damaged(
        .unreadable(file: file, reason: "it says less than is known, and cannot be set aside"), [])
    }
  }
}
