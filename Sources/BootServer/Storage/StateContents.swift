// BootServer/Storage: all that a state directory holds, read and never written.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The files of a state directory, and what they mean together.
struct StateContents: Sendable {
  /// `nil`: the version before wrote the directory, or nobody.
  var format: StateFormat?
  var journals: [JournalReplay.Source] = []
  var replay = JournalReplay([], id: "", settled: nil)
  var known = KnownLog()
  /// When `known` was written last, which is at each checkpoint.
  var settledAt: FileTime?
  var tokens = TokenLog()
  var sightings: [MachineID: Machine.Sightings] = [:]
  /// Lines of the three files that grow.
  var sightingLines = 0
  /// `nil`: there is a file, and it cannot be read.
  var clusters: [String: String]? = [:]
  var careful = CarefulNote()

  /// What is true of each machine.
  var machines: [MachineID: StoredRecord] = [:]
  var damaged: [MachineID: (error: MachineError, bytes: [UInt8])] = [:]
  /// Of the files that are there.
  var statuses: [MachineID: FileStatus] = [:]
  /// Machines whose files must be written, for the journal knows better.
  var behind: Set<MachineID> = []
  /// Edits that were made on a crashed directory, and are not taken.
  var strayEdits: Set<MachineID> = []
  /// Files that mean a machine, and are not called as its record.
  var misnamed: [MachineID: String] = [:]
  /// Files of edits that were not taken.
  var asides: [MachineID: [String]] = [:]
  /// Files that a crash left.
  var leftovers: [String] = []
  var warnings: [String] = []

  /// The last batch that it has.
  var lastBatch: Int {
    max(replay.happened, machines.values.reduce(0) { max($0, $1.machine.revision) })
  }
  /// The same by what the server itself has written down: one file that somebody put there does not make
  /// the others newer.
  var certainBatch: Int { known.settled == nil ? lastBatch : replay.happened }
  /// A record that is ahead of the journals, as none is that a server wrote: the change comes first.
  ///
  /// A plain copy that was made while a server ran mixes files so; the others may be older than it.
  var ahead: Machine? {
    // Without either nobody knows what has happened.
    guard known.settled != nil || hasJournals, lastBatch > replay.happened else { return nil }
    return machines.values.map(\.machine).max { ($0.revision, $0.id) < ($1.revision, $1.id) }
  }
  var isEmpty: Bool { machines.isEmpty && damaged.isEmpty && journals.isEmpty }
  var hasJournals: Bool { !journals.isEmpty }

  /// Reads everything; the only errors are those that leave nothing to be told.
  static func read(_ files: any StateFileSystem) throws(StoreError) -> StateContents {
    var contents = StateContents()
    try contents.readFormat(files)
    try contents.readJournals(files)
    do throws(StoreError) {
      (contents.sightings, contents.sightingLines) = SightingLog.read(
        try contents.bytes(SightingLog.fileName, files))
    } catch {
      contents.warnings.append(error.description)
    }
    contents.readClusters(files)
    try contents.readRecords(files)
    contents.findLost()
    return contents
  }

  mutating func readFormat(_ files: any StateFileSystem) throws(StoreError) {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try files.read(StateFormat.fileName, limit: 1 << 16).bytes
    } catch {
      if error == .noEntry { return }
      throw .failed(file: "\(files.path)/\(StateFormat.fileName)", error)
    }
    format = StateFormat(bytes)
    if let format, format.version > StateFormat.present {
      throw .newerFormat(path: files.path, version: format.version)
    }
    if format == nil { careful.reasons.append("the file \(StateFormat.fileName) cannot be read") }
  }

  /// A running server lets journals go: what it took from one is in the files by then.
  private mutating func readJournals(_ files: any StateFileSystem) throws(StoreError) {
    for _ in 0..<5 {
      let (knownBytes, tokenBytes) = (
        try bytes(KnownLog.fileName, files), try bytes(TokenLog.fileName, files)
      )
      (known, tokens) = Parallel.both({ KnownLog(knownBytes) }, { TokenLog(tokenBytes) })
      settledAt = try? files.status(KnownLog.fileName).modified
      journals = []
      var hasGone = false
      do throws(Errno) {
        for name in try files.names(in: ".") {
          guard let number = Self.journalNumber(name) else { continue }
          do throws(Errno) {
            journals.append(
              JournalReplay.Source(
                number: number, bytes: try files.read(name, limit: 1 << 30).bytes))
          } catch {
            guard error == .noEntry else { throw error }
            hasGone = true
          }
        }
      } catch {
        throw .failed(file: "\(files.path)/journal", error)
      }
      if !hasGone { break }
    }
    replay = JournalReplay(journals, id: adoptedID, settled: known.settled)
    for line in replay.batches.lazy.flatMap(\.tokens) {
      tokens.add(line.id, TokenLog.Line(generation: line.generation, token: line.token))
    }
    careful.join(CarefulNote(reasons: replay.problems))
    for id in replay.held {
      careful.held[id] = "it is named in a part of the journal that is damaged"
    }
    let note = try bytes(CarefulNote.fileName, files)
    if !note.isEmpty { careful.join(CarefulNote(note)) }
  }

  static func journalName(_ number: Int) -> String { "journal-\(number)" }

  static func journalNumber(_ name: String) -> Int? {
    guard name.hasPrefix("journal-"), let number = Int(name.dropFirst(8)), number > 0,
      number <= RecordFile.maxRevision, name == journalName(number)
    else { return nil }
    return number
  }

  /// The directory's ID; where its file is gone, the journals still have it.
  private var adoptedID: String {
    if let format { return format.id }
    for source in journals {
      let content = JournalReader.read(source.bytes, id: "", number: source.number)
      if let id = content.header?.id { return id }
    }
    return ""
  }

  /// Journals without the file `format`: it was there, and is gone.
  var lostFormat: String? { format == nil && !adoptedID.isEmpty ? adoptedID : nil }

  /// A file that need not be there; one that cannot be read now may be told from none later.
  private func bytes(
    _ name: String, _ files: any StateFileSystem
  ) throws(StoreError) -> [UInt8] {
    do throws(Errno) {
      return try files.read(name, limit: 1 << 30).bytes
    } catch {
      if error == .noEntry { return [] }
      throw .failed(file: "\(files.path)/\(name)", error)
    }
  }

  private mutating func readClusters(_ files: any StateFileSystem) {
    let latest = replay.batches.last { $0.clusters != nil }?.clusters
    if let latest {
      clusters = latest
      return
    }
    do throws(Errno) {
      let bytes = try files.read(ClusterTokens.fileName, limit: 1 << 26).bytes
      clusters = ClusterTokens.read(file: bytes)
      if clusters == nil {
        warnings.append(
          "\(ClusterTokens.fileName) must hold a JSON object of strings; no token is made"
            + " until it does, or is gone")
      }
    } catch {
      if error == .noEntry { return }
      clusters = nil
      warnings.append("\(ClusterTokens.fileName): \(error)")
    }
  }
}
