// BootServer/Storage: one record's file.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The files of `machines/`: their names, and how one is read.
enum RecordFile {
  static let folder = "machines"
  /// A larger one was written by somebody else, and is not read.
  static let limit = 4 << 20
  /// A record that would be larger than this is refused.
  static let writeLimit = 512 << 10
  /// A larger revision is not a batch's; the next ones must stay numbers that every reader can read.
  static let maxRevision = 1 << 52

  /// Behind the name of an edit that was not taken, once a person has decided.
  static let decided = ".decided"

  static func name(_ id: MachineID) -> String { "machines/\(id).json" }
  static func temporary(_ id: MachineID) -> String { "tmp/\(id).json" }

  /// What a file's name in the folder stands for.
  enum Name: Equatable, Sendable {
    case record(MachineID)
    /// It means a record, and is not called as one: in capital letters, with colons.
    case misnamed(MachineID)
    /// A hand edit of this record that was not taken.
    case aside(MachineID)
    /// Left by the version before in the middle of a write that nobody was told of.
    case leftover
    case hidden
    case other
  }

  static func meaning(of name: String) -> Name {
    if name.hasSuffix(".json"), let id = MachineID(name.dropLast(5)) { return .record(id) }
    if name.hasPrefix(".") { return name.hasSuffix(".json.new") ? .leftover : .hidden }
    let lower = name.lowercased()
    if lower.hasSuffix(decided) { return .hidden }
    if let end = lower.firstRange(of: ".json.edited") {
      return MachineID(lower[..<end.lowerBound]).map { .aside($0) } ?? .other
    }
    guard lower.hasSuffix(".json") else { return .other }
    let stem = lower.dropLast(5)
    if let uuid = MachineUUID(stem) { return .misnamed(MachineID(uuid)) }
    if let mac = MACAddress(stem) { return .misnamed(MachineID(mac)) }
    return .other
  }

  /// What a file holds.
  enum Content: Sendable {
    case machine(StoredRecord, bytes: [UInt8], FileStatus)
    /// - status: `nil` where there is no file, or nobody can tell.
    case damaged(MachineError, bytes: [UInt8], FileStatus?)
    case missing
    /// There were no descriptors or no memory: nothing is known.
    case failed(Errno)
  }

  /// - Parameters:
  ///   - tokens: where there is none of its generation, the record's token is empty.
  ///   - keepsBytes: `false`: they are not needed beside the record.
  static func read(
    _ id: MachineID, from files: any StateFileSystem, _ tokens: TokenLog = TokenLog(),
    keepsBytes: Bool = true
  ) -> Content {
    let name = name(id)
    let file: (bytes: [UInt8], status: FileStatus)
    do throws(Errno) {
      file = try files.read(name, limit: limit)
    } catch {
      if error == .noEntry { return .missing }
      if error.isExhaustion { return .failed(error) }
      let reason = MachineError.unreadable(file: name, reason: error.description)
      return .damaged(reason, bytes: [], try? files.status(name))
    }
    do throws(MachineError) {
      let machine = try parse(file.bytes, id, file: name)
      let record = StoredRecord(machine, token: tokens[id, machine.generation] ?? "")
      return .machine(record, bytes: keepsBytes ? file.bytes : [], file.status)
    } catch {
      return .damaged(error, bytes: file.bytes, file.status)
    }
  }

  static func parse(
    _ bytes: [UInt8], _ id: MachineID, file: String
  ) throws(MachineError) -> Machine {
    let machine = try Machine(parsing: bytes, id: id, file: file)
    guard machine.revision <= maxRevision else {
      throw .unreadable(
        file: file, reason: "its \"revision\" is none that a server has given; take it out")
    }
    return machine
  }

  /// Why a record is missing, with the way out.
  static func gone(_ id: MachineID) -> MachineError {
    .unreadable(
      file: name(id),
      reason: "it is gone; put it back, or let it begin anew with:"
        + " coreos-ipxe-server machines remove \(id)")
  }
}
