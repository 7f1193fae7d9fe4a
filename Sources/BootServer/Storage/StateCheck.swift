// BootServer/Storage: whether a state directory is in order, offline.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The check behind `machines verify`; it reads, and writes nothing.
struct StateCheck {
  private let contents: StateContents
  private var report = StateReport()

  /// - Parameters:
  ///   - quantities: machines that a profile takes at most, of those that say so.
  ///   - policy: as a start would have it.
  static func check(
    _ files: any StateFileSystem, quantities: [String: Int] = [:],
    policy: StartPolicy = StartPolicy()
  ) throws(StoreError) -> StateReport {
    var contents = try StateContents.read(files)
    // Where a server runs, the journals have by now what they had not a moment ago.
    for _ in 0..<3 where contents.ahead != nil { contents = try StateContents.read(files) }
    let doubt = try StartDoubt(files, contents, policy)
    var check = StateCheck(contents)
    check.lookAtDirectory(doubt)
    check.lookAtRecords()
    check.lookAtNames()
    check.lookAtSlots(quantities)
    return check.report
  }

  /// The same for a directory on a disk.
  static func check(
    path: String, quantities: [String: Int] = [:]
  ) throws(StoreError) -> StateReport {
    let files: DiskFileSystem
    do throws(Errno) {
      files = try DiskFileSystem(path: path, markerFolders: [], isReadOnly: true)
    } catch {
      throw .failed(file: path, error)
    }
    return try check(files, quantities: quantities)
  }

  private init(_ contents: StateContents) {
    self.contents = contents
    report.format = contents.format?.version
    report.id = contents.format?.id
    report.batch = contents.lastBatch
    report.machines = contents.machines.count
    report.unsettled = contents.replay.batches.count
  }

  private mutating func wrong(_ file: String, _ text: String) {
    report.findings.append(StateReport.Finding(isWrong: true, file: file, text: text))
  }

  private mutating func note(_ file: String, _ text: String) {
    report.findings.append(StateReport.Finding(isWrong: false, file: file, text: text))
  }

  private mutating func lookAtDirectory(_ doubt: StartDoubt) {
    if contents.format == nil, !contents.isEmpty {
      note(StateFormat.fileName, "there is none; the next start makes it")
    }
    for reason in doubt.reasons + contents.careful.reasons { wrong(".", reason) }
    for number in contents.replay.torn {
      note(
        StateContents.journalName(number),
        "its last line was never wholly written; nobody was told that it happened")
    }
    if report.unsettled > 0 {
      note(
        "journal",
        "\(report.unsettled) batches are not in the files yet; a start writes them, or --settle")
    }
    for warning in contents.warnings { wrong(".", warning) }
    for (id, reason) in contents.careful.held.sorted(by: { $0.key < $1.key }) {
      wrong(RecordFile.name(id), "its machine gets no installer: \(reason)")
    }
  }

  private mutating func lookAtRecords() {
    for (id, damage) in contents.damaged.sorted(by: { $0.key < $1.key }) {
      wrong(RecordFile.name(id), damage.error.description)
    }
    for id in contents.strayEdits.sorted() {
      wrong(
        RecordFile.name(id),
        "it was edited while changes were still in the journal; the edit will not be taken")
    }
    for (id, names) in contents.asides.sorted(by: { $0.key < $1.key }) {
      wrong(
        "\(RecordFile.folder)/\(names[0])",
        "an edit of \(id) that was not taken; take over what is right in it, then remove it")
    }
    for record in sorted where record.machine.state != .unknown && record.token.isEmpty {
      wrong(TokenLog.fileName, "machine \(record.machine.id) has no token; a start makes one")
    }
  }

  private var sorted: [StoredRecord] {
    contents.machines.values.sorted { $0.machine.id < $1.machine.id }
  }

  /// A UUID is one machine's; cards and serials may be shared, which is worth knowing.
  private mutating func lookAtNames() {
    var uuids: [MachineUUID: [MachineID]] = [:]
    var shared: [String: [MachineID]] = [:]
    for record in sorted {
      let machine = record.machine
      if let uuid = machine.uuid { uuids[uuid, default: []].append(machine.id) }
      guard machine.profile != nil else { continue }
      for mac in machine.macs { shared["MAC \(mac)", default: []].append(machine.id) }
      if let serial = machine.serial {
        shared["serial \(serial.lowercased())", default: []].append(machine.id)
      }
    }
    for (uuid, ids) in uuids.sorted(by: { $0.value[0] < $1.value[0] }) where ids.count > 1 {
      wrong(RecordFile.name(ids[0]), "\(Self.list(ids)) have UUID \(uuid)")
    }
    for (name, ids) in shared.sorted(by: { $0.key < $1.key }) where ids.count > 1 {
      note(RecordFile.name(ids[0]), "\(Self.list(ids)) have \(name)")
    }
  }

  private static func list(_ ids: [MachineID]) -> String {
    let names = ids.prefix(5).map(\.description).joined(separator: ", ")
    return ids.count > 5 ? "\(names) and \(ids.count - 5) more" : names
  }

  private mutating func lookAtSlots(_ quantities: [String: Int]) {
    var counts: [String: Int] = [:]
    for record in contents.machines.values {
      if let profile = record.machine.profile { counts[profile, default: 0] += 1 }
    }
    for id in contents.damaged.keys {
      if let profile = contents.known[id]?.profile { counts[profile, default: 0] += 1 }
    }
    for (profile, quantity) in quantities.sorted(by: { $0.key < $1.key }) {
      guard let count = counts[profile], count > quantity else { continue }
      wrong(
        RecordFile.folder,
        "\(count) machines have profile \(profile), whose quantity is \(quantity)")
    }
  }

  /// Writes what only the journal has into the files, as a start and a stop do.
  ///
  /// - Returns: why something is left in the journal; `nil`: nothing is.
  static func settle(_ store: any RecordStore) throws(StoreError) -> String? {
    _ = try store.open()
    if let problem = store.condition.problem {
      store.close()
      return problem
    }
    _ = store.writeFiles()
    store.checkpoint()
    let condition = store.condition
    store.close()
    if condition.journalBytes == 0 { return nil }
    return condition.problem ?? "files that were edited meanwhile have to be looked at first"
  }
}
