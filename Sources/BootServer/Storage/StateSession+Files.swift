// BootServer/Storage: records' files follow the journal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  private enum Written {
    case done
    /// It was edited by hand meanwhile, which somebody has to decide.
    case edited
    case failed(StoreError)
  }

  /// Writes files that are behind, once.
  ///
  /// - Returns: how many still are.
  func writeFiles() -> Int {
    let isUnready = memory.withLock { $0.unready != nil && !$0.isLost && !$0.isClosed }
    if isUnready { _ = makeReady() }
    return upkeep.withLock { upkeep in
      guard isUsable else { return memory.withLock { $0.behind.count } }
      var failure = writeRecords()
      do throws(StoreError) {
        try writeSightings(&upkeep)
      } catch {
        failure = failure ?? error
      }
      compareKnown(&upkeep)
      return tell(failure, &upkeep)
    }
  }

  var isUsable: Bool {
    memory.withLock { $0.unready == nil && !$0.isLost && !$0.isClosed && !$0.isBlank }
  }

  /// Says that files cannot be written, and that they can again; once each.
  @discardableResult
  func tell(_ failure: StoreError?, _ upkeep: inout FileUpkeep) -> Int {
    let behind = memory.withLock { memory -> Int in
      memory.failure = failure?.description
      if failure != nil { memory.counters.failures += 1 }
      return memory.behind.count
    }
    if let failure, !upkeep.isFailing {
      report(.behind(files: behind, reason: failure.description))
    } else if failure == nil, upkeep.isFailing {
      report(.caughtUp)
    }
    upkeep.isFailing = failure != nil
    return behind
  }

  /// Writes every record that is behind and may be written; stops where the disk takes no more.
  func writeRecords() -> StoreError? {
    let ids = memory.withLock { memory in
      memory.behind.keys.filter { !memory.waiting.contains($0) }.sorted()
    }
    var first: StoreError?
    var failures = 0
    for (index, id) in ids.enumerated() {
      // What the kernel tells of our own renames has little room.
      if index % 256 == 255 { memory.withLock { look(&$0) } }
      guard case .failed(let error) = writeRecord(id) else { continue }
      first = first ?? error
      failures += 1
      // One file may be bad; where several are, the disk is.
      if failures >= 3 { break }
    }
    return first
  }

  /// Writes one record's file, or removes it.
  private func writeRecord(_ id: MachineID) -> Written {
    let plan = memory.withLock { memory -> (StoredRecord?, FileStatus?, Int)? in
      guard let late = memory.behind[id], !memory.waiting.contains(id) else { return nil }
      memory.writing = id
      return (memory.records[id], memory.statuses[id], late.first)
    }
    guard let (record, status, _) = plan else { return .done }
    defer { memory.withLock { $0.writing = nil } }
    do throws(StoreError) {
      if let record {
        try step(RecordFile.name(id)) { () throws(Errno) in try prepare(record) }
      }
      // At the last moment: an edit that is saved now is not to be written over.
      guard try present(id) == status else {
        if record != nil { try? files.remove(RecordFile.temporary(id)) }
        memory.withLock { $0.edits.mark(id) }
        return .edited
      }
      try step(RecordFile.name(id)) { () throws(Errno) in
        if record != nil {
          try show(id)
        } else if status != nil {
          try files.remove(RecordFile.name(id))
        }
      }
      if record == nil { try removeMisnamed(id) }
    } catch {
      return .failed(error)
    }
    let now = record == nil ? nil : try? files.status(RecordFile.name(id))
    memory.withLock { memory in
      memory.statuses[id] = now
      memory.unflushed.insert(id)
      memory.counters.written += 1
      if let record, now == nil {
        // What is there now, nobody can tell.
        memory.edits.mark(record.machine.id)
      }
      if memory.records[id] === record {
        memory.behind[id] = nil
      } else if let latest = memory.records[id]?.machine.revision {
        // It has changed again; that change is in a later journal.
        memory.behind[id] = StateMemory.Behind(
          first: latest, versions: record.map { [$0.digest] } ?? [])
      }
    }
    return .done
  }

  /// A machine that was removed is not held by a file that means it.
  private func removeMisnamed(_ id: MachineID) throws(StoreError) {
    guard let name = memory.withLock({ $0.misnamed[id] }) else { return }
    let path = "\(RecordFile.folder)/\(name)"
    try step(path) { () throws(Errno) in
      do throws(Errno) {
        try files.remove(path)
      } catch {
        if error != .noEntry { throw error }
      }
    }
    memory.withLock { $0.misnamed[id] = nil }
  }

  /// Writes a record beside its file.
  private func prepare(_ record: StoredRecord) throws(Errno) {
    let temporary = RecordFile.temporary(record.machine.id)
    do throws(Errno) {
      try files.put(temporary, Array(record.machine.fileText.utf8), at: 0, flushed: false)
    } catch {
      try? files.remove(temporary)
      throw error
    }
  }

  /// Puts what was written beside a file in its place.
  private func show(_ id: MachineID) throws(Errno) {
    let temporary = RecordFile.temporary(id)
    do throws(Errno) {
      try files.rename(temporary, RecordFile.name(id))
    } catch {
      try? files.remove(temporary)
      throw error
    }
  }

  /// What a record's file is now; `nil`: there is none.
  private func present(_ id: MachineID) throws(StoreError) -> FileStatus? {
    do throws(Errno) {
      return try files.status(RecordFile.name(id))
    } catch {
      if error == .noEntry { return nil }
      throw .failed(file: RecordFile.name(id), error)
    }
  }

  /// Flushes files that were written; one that fails is written again into a new inode.
  func flushRecords(_ ids: Set<MachineID>) throws(StoreError) {
    var left = ids
    var sinceLook = 0
    do throws(StoreError) {
      for id in ids.sorted() {
        try flushRecord(id)
        left.remove(id)
        memory.withLock { $0.counters.flushed += 1 }
        sinceLook += 1
        if sinceLook == 64 {
          // Others' changes do not wait for a long checkpoint.
          sinceLook = 0
          if memory.withLock({ $0.behind.count > $0.waiting.count }) { _ = writeRecords() }
        }
      }
    } catch {
      memory.withLock { $0.unflushed.formUnion(left) }
      throw error
    }
  }

  private func flushRecord(_ id: MachineID) throws(StoreError) {
    do throws(Errno) {
      try files.flush(RecordFile.name(id))
      return
    } catch {
      if error == .noEntry { return }
      if error.isExhaustion { throw .failed(file: RecordFile.name(id), error) }
    }
    memory.withLock { memory in
      if memory.behind[id] == nil { memory.behind[id] = StateMemory.Behind(first: 0) }
    }
    switch writeRecord(id) {
    case .failed(let error): throw error
    case .done, .edited: break
    }
    try step(RecordFile.name(id)) { () throws(Errno) in
      do throws(Errno) {
        try files.flush(RecordFile.name(id))
      } catch {
        if error == .noEntry { return }
        memory.withLock { memory in
          if memory.behind[id] == nil { memory.behind[id] = StateMemory.Behind(first: 0) }
        }
        throw error
      }
    }
  }
}
