// Boot/Machines/Record: records as JSON.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Machine {
  /// When a machine was heard of; kept apart from its record, and some seconds old after a crash.
  package struct Sightings: Equatable, Sendable {
    /// It asked for something.
    package var lastSeen: Timestamp?
    /// It was sent to boot something, or said that it runs.
    package var lastBoot: Timestamp?
    /// How often its installer's script was served since it reported last.
    package var tries = 0
    /// The version that its last script booted, as a folder names it.
    package var version: String?
    /// When the last of them began; not kept over a restart.
    package var lastTry: Timestamp?

    /// Whether a request belongs to the last try: a machine, or a stranger in its name, may ask several times.
    package func isSameTry(_ now: Timestamp, seconds: Int) -> Bool {
      guard let lastTry, tries > 0 else { return false }
      return (lastTry.seconds..<lastTry.seconds + seconds).contains(now.seconds)
    }

    /// Never heard of, where nothing is said.
    package init(
      lastSeen: Timestamp? = nil, lastBoot: Timestamp? = nil, tries: Int = 0, version: String? = nil
    ) {
      self.lastSeen = lastSeen
      self.lastBoot = lastBoot
      self.tries = tries
      self.version = version
    }
  }

  private var identityMembers: [JSON.Member] {
    func text(_ name: String, _ value: (some CustomStringConvertible)?) -> JSON.Member {
      JSON.Member(name, value.map { .string($0.description) } ?? .null)
    }
    return [
      text("id", id), text("uuid", uuid),
      JSON.Member("macs", .array(macs.map { .string($0.description) })),
      text("serial", serial), text("asset", asset), text("hostname", hostname), text("ip", ip),
      text("arch", arch), text("platform", platform), text("profile", profile),
      text("state", state), JSON.Member("metadata", .object(metadata.sorted)),
      text("etcdToken", etcdToken), text("firstSeen", firstSeen), text("installedAt", installedAt),
    ]
  }

  private var mayuMembers: [JSON.Member] {
    mayu.isEmpty ? [] : [JSON.Member("mayu", .object(mayu))]
  }

  /// Keys of this version's own: written only where they say something, so that the record of a version
  /// that did not know them stays byte for byte as it was.
  private var newMembers: [JSON.Member] {
    var members: [JSON.Member] = []
    if revision != 0 { members.append(JSON.Member("revision", .number(String(revision)))) }
    if !told.isEmpty { members.append(JSON.Member("told", .array(told.map(\.json)))) }
    if isHostnameTold { members.append(JSON.Member("hostnameFrom", .string("machine"))) }
    if let claimedIn { members.append(JSON.Member("claimedIn", .number(String(claimedIn)))) }
    if installedIn != 0 { members.append(JSON.Member("installedIn", .number(String(installedIn)))) }
    return members
  }

  /// As the file has it: two blanks a level, a line feed at the end.
  package var fileText: String {
    let generation = JSON.Member("generation", .number(String(generation)))
    return JSONWriter.text(
      .object(identityMembers + [generation] + newMembers + mayuMembers + others), indent: 2)
      + "\n"
  }

  /// As the API answers it.
  ///
  /// - Parameter held: why it waits, if it does.
  package func answer(_ sightings: Sightings, held: HeldSince? = nil) -> JSON {
    func time(_ value: Timestamp?) -> JSON { value.map { .string($0.description) } ?? .null }
    return .object(
      identityMembers
        + [
          JSON.Member("told", .array(told.map(\.json))),
          JSON.Member("failedTries", .number(String(sightings.tries))),
          JSON.Member("held", held?.json ?? .null),
          JSON.Member("lastSeen", time(sightings.lastSeen)),
          JSON.Member("lastBoot", time(sightings.lastBoot)),
          JSON.Member("version", sightings.version.map { .string($0) } ?? .null),
        ] + mayuMembers)
  }

  /// A machine whose record cannot be used: its ID, why, and every other key empty.
  package static func answer(
    damaged id: MachineID, _ error: MachineError, held: HeldSince? = nil
  ) -> JSON {
    let empty = Machine(id: id, firstSeen: Timestamp(seconds: 0)).answer(Sightings(), held: held)
    guard case .object(let members) = empty else { return empty }
    let kept = members.map { member -> JSON.Member in
      switch member.name {
      case "id", "macs", "metadata", "told", "held": member
      default: JSON.Member(member.name, .null)
      }
    }
    return .object(kept + [JSON.Member("problem", .string(error.description))])
  }

  /// With its quotes; another one for every change but those of the sightings.
  package var entityTag: String {
    "\"\(String(FNV1a.hash(fileText.utf8), radix: 16))\""
  }

  /// Reads a record's file.
  ///
  /// - Parameters:
  ///   - id: which the file's name says.
  ///   - file: as messages name it: `machines/ID.json`.
  /// - Throws: ``MachineError/unreadable(file:reason:)``: the machine is held.
  package init(parsing bytes: [UInt8], id: MachineID, file: String) throws(MachineError) {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(bytes)
    } catch {
      throw .unreadable(file: file, reason: "it is not valid JSON: \(error)")
    }
    guard case .object(let members) = value else {
      throw .unreadable(file: file, reason: "it must hold a JSON object, but holds \(value.kind)")
    }
    self.init(id: id, firstSeen: Timestamp(seconds: 0))
    do throws(MachineError) {
      var seen: Set<String> = []
      for member in members {
        guard seen.insert(member.name).inserted else {
          throw MachineError.badValue(key: member.name, reason: "is there twice")
        }
        try set(fromFile: member)
      }
      for key in ["id", "state", "firstSeen", "generation"] where !seen.contains(key) {
        throw MachineError.badValue(key: key, reason: "is missing")
      }
      if state != .unknown, profile == nil {
        throw MachineError.badValue(
          key: "state", reason: "is \"\(state)\", but there is no \"profile\"")
      }
    } catch {
      throw .unreadable(file: file, reason: error.description)
    }
  }

  private mutating func set(fromFile member: JSON.Member) throws(MachineError) {
    let value = RecordValue(key: member.name, value: member.value)
    switch member.name {
    case "id":
      guard try value.text() == id.description else {
        throw .badValue(key: "id", reason: "is not the one in the file's name, which is \(id)")
      }
    case "state":
      guard let state = MachineState(rawValue: try value.text() ?? "") else {
        throw .badValue(key: "state", reason: MachineEdit.statesText)
      }
      self.state = state
    case "ip": ip = try value.text()
    case "arch": arch = try value.text()
    case "platform": platform = try value.text()
    case "etcdToken": etcdToken = try value.text()
    case "firstSeen": firstSeen = try value.time() ?? firstSeen
    case "installedAt": installedAt = try value.time()
    case "generation": generation = try value.count()
    case "revision": revision = try value.count()
    case "claimedIn": claimedIn = try value.count()
    case "installedIn": installedIn = try value.count()
    case "hostnameFrom" where member.value == .string("machine"): isHostnameTold = true
    case "told" where member.value == .null: break
    case "told":
      guard case .array(let list) = member.value else {
        throw value.wrong("must be a list, but is \(member.value.kind)")
      }
      for element in list {
        told = try ToldNames(element, key: member.name).added(to: told) ?? told
      }
    case "profile": profile = try MachineEdit.profile(value)
    case "metadata": metadata = try MachineEdit.metadata(value)
    case "mayu": mayu = try value.members()
    case "uuid", "macs", "serial", "asset", "hostname":
      try MachineEdit.setIdentity(value, of: &self, fromFile: true)
    default: others.append(member)
    }
  }
}
