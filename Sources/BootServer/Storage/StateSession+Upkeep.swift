// BootServer/Storage: the files that grow: tokens, known, sightings.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension StateSession {
  /// Adds lines to a file's end; what could not be written wholly is taken back.
  private func append(_ name: String, _ bytes: [UInt8], flushed: Bool) throws(StoreError) {
    try step(name) { () throws(Errno) in
      var size = 0
      do throws(Errno) {
        size = Int(try files.status(name).size)
      } catch {
        if error != .noEntry { throw error }
      }
      do throws(Errno) {
        try files.put(name, bytes, at: size, flushed: flushed)
      } catch {
        try? files.cut(name, to: size)
        throw error
      }
    }
  }

  /// Tokens that were given out since the last time.
  func writeTokens(_ upkeep: inout FileUpkeep) throws(StoreError) {
    let lines = memory.withLock { memory in
      defer { memory.tokenLines = [] }
      return memory.tokenLines
    }
    if lines.isEmpty, !upkeep.rewritesTokens { return }
    do throws(StoreError) {
      if upkeep.rewritesTokens {
        try replace(TokenLog.fileName, allTokens(upkeep), flushed: true)
        upkeep.rewritesTokens = false
        upkeep.tokens = nil
      } else {
        try append(TokenLog.fileName, lines, flushed: true)
      }
    } catch {
      // What a failed flush dropped is written again, into another file.
      upkeep.rewritesTokens = true
      memory.withLock { $0.tokenLines = lines + $0.tokenLines }
      throw error
    }
  }

  /// The tokens that are worth something, and those of machines that cannot be read.
  private func allTokens(_ upkeep: FileUpkeep) -> [UInt8] {
    let (records, lost) = memory.withLock { ($0.records, Array($0.lost.keys)) }
    var lines: [UInt8] = []
    for (id, record) in records where record.machine.state != .unknown {
      lines += TokenLog.line(id, record.machine.generation, record.token)
    }
    guard !lost.isEmpty else { return lines }
    let bytes = (try? files.read(TokenLog.fileName, limit: 1 << 30).bytes) ?? []
    let tokens = upkeep.tokens ?? TokenLog(bytes)
    for id in lost {
      for line in tokens.lines(of: id) {
        lines += TokenLog.line(id, line.generation, line.token)
      }
    }
    return lines
  }

  /// Names and slots of machines that changed since the last time.
  func writeKnown(_ upkeep: inout FileUpkeep) throws(StoreError) {
    if upkeep.rewritesKnown { return try rewriteKnown(&upkeep) }
    let changed = memory.withLock { memory in
      defer { memory.knownChanged = [] }
      return memory.knownChanged
    }
    if changed.isEmpty { return }
    do throws(StoreError) {
      try append(KnownLog.fileName, knownLines(changed), flushed: true)
    } catch {
      upkeep.rewritesKnown = true
      throw error
    }
  }

  func rewriteKnown(_ upkeep: inout FileUpkeep) throws(StoreError) {
    let (records, lost) = memory.withLock { memory in
      memory.knownChanged = []
      return (memory.records, memory.lost)
    }
    var lines: [UInt8] = []
    for record in records.values where record.machine.profile != nil {
      lines += KnownLog.line(KnownRecord(record.machine))
    }
    for known in lost.values { lines += KnownLog.line(known) }
    if let settled = upkeep.settled { lines += KnownLog.line(settled: settled) }
    upkeep.rewritesKnown = true
    try replace(KnownLog.fileName, lines, flushed: true)
    upkeep.rewritesKnown = false
    upkeep.known = nil
  }

  private func knownLines(_ ids: Set<MachineID>) -> [UInt8] {
    let found = memory.withLock { memory in
      ids.map { ($0, memory.records[$0]?.machine, memory.lost[$0]) }
    }
    return found.flatMap { id, machine, lost -> [UInt8] in
      if let machine, machine.profile != nil { return KnownLog.line(KnownRecord(machine)) }
      return lost.map { KnownLog.line($0) } ?? KnownLog.line(without: id)
    }
  }

  /// Says that everything up to a batch needs no journal.
  func noteSettled(_ batch: Int, _ upkeep: inout FileUpkeep) throws(StoreError) {
    if upkeep.settled == batch { return }
    do throws(StoreError) {
      try append(KnownLog.fileName, KnownLog.line(settled: batch), flushed: true)
      upkeep.settled = batch
    } catch {
      upkeep.rewritesKnown = true
      throw error
    }
  }

  /// What `known` said at the start is made right, where others have changed records since.
  func compareKnown(_ upkeep: inout FileUpkeep) {
    guard let known = upkeep.known else { return }
    upkeep.known = nil
    let (records, lost) = memory.withLock { ($0.records, $0.lost) }
    var wrong: Set<MachineID> = []
    for record in records.values {
      let machine = record.machine
      let right = machine.profile == nil ? nil : KnownRecord(machine)
      if known[machine.id] != right { wrong.insert(machine.id) }
    }
    for (id, right) in lost where known[id] != right { wrong.insert(id) }
    for id in known.ids where records[id] == nil && lost[id] == nil && known[id] != nil {
      wrong.insert(id)
    }
    if !wrong.isEmpty { memory.withLock { $0.knownChanged.formUnion(wrong) } }
  }

  /// When machines were heard of; nobody waits for it, and a crash may lose the last of it.
  func writeSightings(_ upkeep: inout FileUpkeep) throws(StoreError) {
    let (changed, count) = memory.withLock { memory in
      defer { memory.sightingsChanged = [] }
      return (memory.sightingsChanged, memory.sightings.count)
    }
    if changed.isEmpty, !upkeep.rewritesSightings { return }
    if upkeep.sightingLines > 3 * count + 10_000 { upkeep.rewritesSightings = true }
    let isWhole = upkeep.rewritesSightings
    let lines = memory.withLock { memory in
      isWhole
        ? memory.sightings
        : Dictionary(
          uniqueKeysWithValues: changed.compactMap { id in memory.sightings[id].map { (id, $0) } })
    }
    do throws(StoreError) {
      if isWhole {
        try replace(SightingLog.fileName, SightingLog.text(lines), flushed: false)
        upkeep.rewritesSightings = false
        upkeep.sightingLines = 0
      } else {
        try append(SightingLog.fileName, SightingLog.text(lines), flushed: false)
      }
      upkeep.sightingLines += lines.count
    } catch {
      memory.withLock { $0.sightingsChanged.formUnion(changed) }
      throw error
    }
  }
}
