// BootServer/Storage: the store that is a directory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Records in a state directory: a file a machine, and a journal that makes batches durable.
///
///     format             version and ID of the directory
///     machines/ID.json   a record, for people to read and edit
///     journal-N          batches from N on that are not in the files yet
///     known              names and slots, in case a record is lost
///     tokens, sightings  as the version before has them
///     clusters.json      tokens of etcd's discovery
///     events             numbers of events, kept by `EventNumbers`
///     data               the data directory, kept by `OtherState`
///     careful            why the directory is not trusted
///     tmp/               files on their way
final class StateDirectory: RecordStore {
  struct Options: Sendable {
    var policy = StartPolicy()
    var limits = JournalWriter.Limits()
    /// Says which other directory has machines of the same data directory.
    var other: @Sendable () -> String? = { nil }
    /// Where no machine is known, nothing is written before the first batch.
    var waitsForFirstBatch = false
    /// Called once it has what every directory with machines has.
    var whenReady: @Sendable () -> Void = {}
    /// Told of what is worth a line in the log; called on any thread, and not to wait.
    var report: @Sendable (StoreEvent) -> Void = { _ in }
  }

  private let place: @Sendable () throws(Errno) -> any StateFileSystem
  /// What is opened, for messages.
  private let name: String
  private let options: Options
  private let present = Mutex<StateSession?>(nil)

  /// - Parameter place: finds the directory; called by each `open`.
  init(
    name: String = "the state directory", options: Options = Options(),
    _ place: @escaping @Sendable () throws(Errno) -> any StateFileSystem
  ) {
    self.name = name
    self.options = options
    self.place = place
  }

  /// The directory at a path.
  ///
  /// - Parameters:
  ///   - data: the data directory, for the marker.
  ///   - unit: folders that systemd made for the server, for the marker, too.
  convenience init(
    path: String, data: String, unit: [String] = [], options: Options = Options()
  ) {
    let folders = DiskFileSystem.markerFolders(state: path, data: data, unit: unit)
    self.init(name: path, options: options) { () throws(Errno) in
      try DiskFileSystem(path: path, markerFolders: folders)
    }
  }

  var session: StateSession? { present.withLock { $0 } }

  func open() throws(StoreError) -> StoredState {
    // The lock of a directory that was lost goes with it.
    present.withLock { $0 = nil }
    let files: any StateFileSystem
    do throws(Errno) {
      files = try place()
    } catch {
      throw .failed(file: name, error)
    }
    // A newer version's is not touched, not even by a lock.
    var contents = try StateContents.readFormat(files)
    try lock(files)
    // It is there from the start, so that it can be watched.
    if options.waitsForFirstBatch { try? files.makeFolder(RecordFile.folder) }
    let isWatched = files.watch(RecordFile.folder)
    contents = try StateContents.read(files)
    let doubt = try StartDoubt(files, contents, options.policy, other: options.other)
    let session = StateSession(files, contents, doubt, options)
    let state = session.start()
    session.memory.withLock { memory in
      memory.edits.isWatched = isWatched
      memory.edits.allSuspect = !isWatched
    }
    let isBlank = contents.isEmpty && contents.format == nil && session.condition.careful == nil
    if options.waitsForFirstBatch, isBlank {
      session.memory.withLock { ($0.isBlank, $0.unready) = (true, nil) }
    } else {
      _ = session.makeReady()
    }
    present.withLock { $0 = session }
    tell(contents, doubt, session)
    return state
  }

  private func lock(_ files: any StateFileSystem) throws(StoreError) {
    do throws(Errno) {
      if try files.lock() { return }
    } catch {
      // What nobody can write needs no lock.
      if error == .readOnlyFileSystem { return }
      throw .failed(file: "\(files.path)/lock", error)
    }
    throw .usedByAnother(path: files.path)
  }

  private func tell(_ contents: StateContents, _ doubt: StartDoubt, _ session: StateSession) {
    let report = options.report
    if let kind = session.files.sharedKind { report(.sharedFileSystem(kind: kind)) }
    for number in contents.replay.torn { report(.tornJournal(number)) }
    if contents.hasJournals {
      report(
        .replayed(batches: contents.replay.batches.count, journals: contents.journals.count))
    }
    if let reason = session.memory.withLock({ $0.unready }) {
      report(.unready(path: session.files.path, reason: reason))
    }
    if let reason = session.condition.careful {
      report(.careful(reason: reason))
    } else if contents.isEmpty {
      report(.new(path: session.files.path))
    }
  }

  func commit(_ batch: Batch) throws(CommitError) -> Int {
    guard let session else { throw .notDone(StoreError.notOpen.description) }
    return try session.commit(batch)
  }

  func recover() -> Bool { session?.recover() ?? false }
  var isFarAway: Bool { session?.files.sharedKind != nil }
  func isCurrent(_ id: MachineID) -> Bool { session?.isCurrent(id) ?? false }
  var areAllCurrent: Bool { session?.areAllCurrent ?? false }
  func edited() -> EditedRecords { session?.edited() ?? .none }
  func reread(_ id: MachineID) -> Reread { session?.reread(id) ?? .same }
  func writeFiles() -> Int { session?.writeFiles() ?? 0 }
  func checkpoint() { session?.checkpoint() }

  func keep(_ sightings: [MachineID: Machine.Sightings]) {
    session?.memory.withLock { memory in
      memory.sightings.merge(sightings) { $1 }
      memory.sightingsChanged.formUnion(sightings.keys)
    }
  }

  func decided(_ ids: Set<MachineID>) { session?.decided(ids) }

  func trust() throws(StoreError) {
    guard let session else { throw .notOpen }
    try session.trust()
  }

  var condition: StoreCondition { session?.condition ?? StoreCondition() }

  func close() {
    session?.close()
    present.withLock { $0 = nil }
  }

  /// What a hand edit that was not taken is called, in `machines/`; `nil`: there is none.
  func keptAside(_ id: MachineID) -> String? { session?.keptAside(id) }
}

extension StateDirectory {
  /// What a directory says, for a second process: nothing is locked, and nothing written.
  static func read(_ files: any StateFileSystem) throws(StoreError) -> StoredState {
    try StateContents.read(files).state()
  }

  static func read(path: String) throws(StoreError) -> StoredState {
    let files: DiskFileSystem
    do throws(Errno) {
      files = try DiskFileSystem(path: path, markerFolders: [], isReadOnly: true)
    } catch {
      throw .failed(file: path, error)
    }
    return try read(files)
  }
}

extension StateSession {
  /// Edits that were not taken stay for people to read, under a name that holds nobody.
  ///
  /// What fails is no loss: the machine is held once more after a restart.
  func decided(_ ids: Set<MachineID>) {
    guard let names = try? files.names(in: RecordFile.folder) else { return }
    for name in names {
      guard case .aside(let id) = RecordFile.meaning(of: name), ids.contains(id) else { continue }
      let path = "\(RecordFile.folder)/\(name)"
      try? files.rename(path, path + RecordFile.decided)
      memory.withLock { $0.asides[id] = nil }
    }
    try? files.flush(RecordFile.folder)
  }

  func keptAside(_ id: MachineID) -> String? {
    guard let name = memory.withLock({ $0.asides[id] }) else { return nil }
    if (try? files.status("\(RecordFile.folder)/\(name)")) != nil { return name }
    memory.withLock { $0.asides[id] = nil }
    return nil
  }
}

extension StateContents {
  /// Looks only whether the directory is one that this version can use.
  static func readFormat(_ files: any StateFileSystem) throws(StoreError) -> StateContents {
    var contents = StateContents()
    try contents.readFormat(files)
    return contents
  }
}
