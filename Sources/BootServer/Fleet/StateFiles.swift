// BootServer/Fleet: the state directory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The files of the state directory, and how they are read and written.
///
///     machines/ID.json   a record, the truth of one machine; in the trail
///     clusters.json      tokens of etcd's discovery by cluster; in the trail
///     tokens             a line for each token: ID, generation, token; mode 0600, in no trail
///     sightings          a line for each machine: ID, lastSeen, lastBoot; in no trail
///     api.sock           the machine API, for the owner alone
///     lock               held by the one server that writes here
struct StateFiles: Sendable {
  let folder: StateFolder
  private let lock: SharedDescriptor?

  /// A record larger than this is refused, and one that somebody else wrote is not read.
  static let writeLimit = 512 << 10
  static let recordLimit = 4 << 20

  /// - Throws: a sentence for the log.
  init(path: String) throws(StartError) {
    do throws(Errno) {
      folder = try StateFolder(path: path)
    } catch {
      throw StartError(description: "\(path): \(error)")
    }
    lock = try Self.lock(folder)
    try? folder.makeFolder("machines")
  }

  private static func lock(_ folder: StateFolder) throws(StartError) -> SharedDescriptor? {
    let held: SharedDescriptor?
    do throws(Errno) {
      held = try folder.lock("lock")
    } catch {
      // What nobody can write needs no lock.
      if error.isReadOnly { return nil }
      throw StartError(description: "\(folder.path)/lock: \(error)")
    }
    guard let held else {
      throw StartError(
        description: "\(folder.path) is used by another coreos-ipxe-server;"
          + " give each its own --state-dir")
    }
    return held
  }

  static func goneReason(_ id: MachineID) -> String {
    "it is gone; put it back, or let it begin anew with: machines remove \(id)"
  }

  static func recordName(_ id: MachineID) -> String { "machines/\(id).json" }

  /// What loading found.
  struct Loaded: Sendable {
    var roster = Roster()
    var statuses: [MachineID: FileStatus] = [:]
    var sightings: [MachineID: Machine.Sightings] = [:]
    var clusters: [String: String] = [:]
    /// Machines whose token is gone, with the one they have now.
    var newTokens: [MachineID: TokenLine] = [:]
    /// Sentences for the log.
    var warnings: [String] = []
  }

  func load() throws(StartError) -> Loaded {
    var loaded = Loaded()
    let entries: [DirectoryEntry]
    do throws(Errno) {
      entries = try folder.entries(of: "machines")
    } catch {
      throw StartError(description: "\(folder.path)/machines: \(error)")
    }
    let tokens = TokenLine.read(text(of: "tokens", &loaded.warnings))
    for entry in entries {
      let name = String(decoding: entry.name, as: UTF8.self)
      if name.hasPrefix(".") {
        // Left by a crash in the middle of a write that nobody was told of.
        if name.hasSuffix(".json.new") { try? folder.remove("machines/\(name)") }
        continue
      }
      guard name.hasSuffix(".json"), let id = MachineID(name.dropLast(5)) else {
        loaded.warnings.append("machines/\(name) is no record: its name is no ID and .json")
        continue
      }
      switch record(id) {
      case .record(let machine, let status):
        let kept = tokens[id]?.first { $0.generation == machine.generation }
        let line = kept ?? TokenLine(generation: machine.generation)
        if kept == nil, machine.state != .unknown { loaded.newTokens[id] = line }
        loaded.roster.put(Roster.Entry(machine, token: line.token))
        loaded.statuses[id] = status
      case .damaged(let damage):
        loaded.roster.putDamaged(id, damage)
        loaded.warnings.append(damage.error.description)
      }
    }
    for (id, lines) in tokens where loaded.roster[id] == nil && loaded.roster.damage(of: id) == nil
    {
      // It had a profile once and was not removed: it is no new machine, whoever took its record.
      guard lines.first?.isRemoval == false else { continue }
      let error = MachineError.unreadable(file: Self.recordName(id), reason: Self.goneReason(id))
      loaded.roster.putDamaged(id, Roster.Damage(error, id: id, bytes: []))
      loaded.warnings.append(error.description)
    }
    loaded.sightings = SightingLines.read(text(of: "sightings", &loaded.warnings))
    loaded.clusters = clusters(&loaded.warnings)
    compactTokens(tokens, loaded)
    return loaded
  }

  enum Record {
    case record(Machine, FileStatus)
    case damaged(Roster.Damage)
  }

  /// Reads one record.
  func record(_ id: MachineID) -> Record {
    let name = Self.recordName(id)
    let file: (bytes: [UInt8], status: FileStatus)
    do throws(Errno) {
      file = try folder.read(name, limit: Self.recordLimit)
    } catch {
      let unreadable = MachineError.unreadable(file: name, reason: error.description)
      return .damaged(Roster.Damage(unreadable, id: id, bytes: []))
    }
    do throws(MachineError) {
      return .record(try Machine(parsing: file.bytes, id: id, file: name), file.status)
    } catch {
      return .damaged(Roster.Damage(error, id: id, bytes: file.bytes))
    }
  }

  private func text(of name: String, _ warnings: inout [String]) -> [UInt8] {
    do throws(Errno) {
      return try folder.read(name, limit: 1 << 30).bytes
    } catch {
      if error != .noEntry { warnings.append("\(name): \(error)") }
      return []
    }
  }

  private func clusters(_ warnings: inout [String]) -> [String: String] {
    let bytes = text(of: "clusters.json", &warnings)
    if bytes.isEmpty { return [:] }
    var clusters: [String: String] = [:]
    guard case .object(let members)? = try? JSONReader.read(bytes) else {
      warnings.append("clusters.json must hold a JSON object; its tokens are made anew")
      return [:]
    }
    for member in members {
      if case .string(let token) = member.value, EtcdToken.isValid(token.utf8) {
        clusters[member.name] = token
      } else {
        warnings.append("clusters.json: \"\(member.name)\" is no token; it is made anew")
      }
    }
    return clusters
  }

  /// The file of tokens only grows; at a start what is worth nothing goes.
  private func compactTokens(_ tokens: [MachineID: [TokenLine]], _ loaded: Loaded) {
    let lines = tokens.values.reduce(0) { $0 + $1.count }
    guard lines > 2 * loaded.roster.count + 1000 else { return }
    let known = loaded.roster.all.filter { $0.machine.state != .unknown }.flatMap { entry in
      TokenLine(generation: entry.machine.generation, token: entry.token)
        .text(entry.machine.id)
    }
    let damaged = loaded.roster.damaged.flatMap { damage in
      (tokens[damage.id] ?? []).reversed().flatMap { $0.text(damage.id) }
    }
    let kept = known + damaged
    _ = try? folder.replace("tokens", kept)
    try? folder.sync(folder: ".")
  }
}

/// A machine's token, good for one of its generations.
struct TokenLine: Sendable {
  let generation: Int
  let token: String

  init(generation: Int, token: String = Random.hex(bytes: 16)) {
    self.generation = generation
    self.token = token
  }

  func text(_ id: MachineID) -> [UInt8] { Array("\(id) \(generation) \(token)\n".utf8) }

  /// Says that a machine was removed, and not lost.
  static func removal(of id: MachineID) -> [UInt8] {
    TokenLine(generation: -1, token: String(repeating: "-", count: 32)).text(id)
  }
  var isRemoval: Bool { generation == -1 }

  /// What a crash left half-written is no line.
  static func read(_ bytes: [UInt8]) -> [MachineID: [TokenLine]] {
    var lines: [MachineID: [TokenLine]] = [:]
    for line in bytes.split(separator: 0x0a) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 3, let id = MachineID(words[0]), let generation = Int(words[1]),
        words[2].utf8.count == 32
      else { continue }
      // Of two that name one generation the later was given out.
      lines[id, default: []].insert(
        TokenLine(generation: generation, token: String(words[2])), at: 0)
    }
    return lines
  }
}

/// When machines were heard of, a line each.
enum SightingLines {
  static func text(_ sightings: [MachineID: Machine.Sightings]) -> [UInt8] {
    var text = ""
    for (id, seen) in sightings {
      text += "\(id) \(seen.lastSeen?.seconds ?? 0) \(seen.lastBoot?.seconds ?? 0)\n"
    }
    return Array(text.utf8)
  }

  static func read(_ bytes: [UInt8]) -> [MachineID: Machine.Sightings] {
    var sightings: [MachineID: Machine.Sightings] = [:]
    for line in bytes.split(separator: 0x0a) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 3, let id = MachineID(words[0]), let seen = Int(words[1]),
        let booted = Int(words[2])
      else { continue }
      sightings[id] = Machine.Sightings(
        lastSeen: seen > 0 ? Timestamp(seconds: seen) : nil,
        lastBoot: booted > 0 ? Timestamp(seconds: booted) : nil)
    }
    return sightings
  }
}
