// BootServer/Storage: a backup of the state.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// A state directory as it is at one batch, for an archive; taken from memory, whatever the files say.
///
/// Put back, it is older than its marker says, and so held until a person trusts it.
struct StateBackup: Sendable {
  private let format: StateFormat
  private let batch: Int
  private let records: [MachineID: StoredRecord]
  private let lost: [MachineID: KnownRecord]
  private let clusters: [String: String]?
  private let careful: CarefulNote
  private let sightings: [MachineID: Machine.Sightings]
  private let seconds: Int

  init(_ format: StateFormat, _ batch: Int, _ memory: StateMemory, seconds: Int) {
    self.format = format
    self.batch = batch
    records = memory.records
    lost = memory.lost
    clusters = memory.clusters
    careful = memory.careful
    sightings = memory.sightings
    self.seconds = seconds
  }

  /// Writes the archive, in pieces of some hundred kilobytes.
  ///
  /// - Parameter put: takes the next piece; called until all is done, or it throws.
  func write<Failure: Error>(_ put: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    var piece: [UInt8] = []
    func add(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws(Failure) {
      piece += UstarArchive.entry(name, bytes, seconds: seconds, mode: mode)
      if piece.count > 256 << 10 {
        try put(piece)
        piece.removeAll(keepingCapacity: true)
      }
    }
    try add(StateFormat.fileName, format.text)
    try add(TokenLog.fileName, tokens)
    try add(KnownLog.fileName, known)
    try add(SightingLog.fileName, SightingLog.text(sightings))
    if let clusters, !clusters.isEmpty {
      try add(ClusterTokens.fileName, ClusterTokens.fileText(clusters))
    }
    // What nobody was sure of is no surer on another host.
    if !careful.isEmpty { try add(CarefulNote.fileName, careful.text) }
    try add("\(RecordFile.folder)/", [], mode: 0o700)
    for id in records.keys.sorted() {
      guard let record = records[id] else { continue }
      try add(RecordFile.name(id), Array(record.machine.fileText.utf8))
    }
    try put(piece + UstarArchive.end)
  }

  private var tokens: [UInt8] {
    var lines: [UInt8] = []
    for (id, record) in records where record.machine.state != .unknown {
      lines += TokenLog.line(id, record.machine.generation, record.token)
    }
    return lines
  }

  private var known: [UInt8] {
    var lines: [UInt8] = []
    for record in records.values where record.machine.profile != nil {
      lines += KnownLog.line(KnownRecord(record.machine))
    }
    for known in lost.values { lines += KnownLog.line(known) }
    return lines + KnownLog.line(settled: batch)
  }
}

extension StateBackup {
  /// The archive in one piece.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.count * 2048)
    write { bytes += $0 }
    return bytes
  }
}

extension StateDirectory {
  func backup() throws(StoreError) -> [UInt8] { try snapshot().bytes }

  /// The state at the last batch; what is written of it later does not hold up changes.
  func snapshot() throws(StoreError) -> StateBackup {
    guard let session else { throw .notOpen }
    return session.memory.withLock { memory in
      StateBackup(
        session.format, memory.journal.batch, memory, seconds: WallClock.now.seconds)
    }
  }
}
