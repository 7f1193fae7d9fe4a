// Boot/Machines: records as JSON.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Machine {
  /// When a machine was heard of; kept apart from its record, and some seconds old after a crash.
  package struct Sightings: Equatable, Sendable {
    /// It asked for something.
    package var lastSeen: Timestamp?
    /// It was sent to boot something, or said that it runs.
    package var lastBoot: Timestamp?

    package init(lastSeen: Timestamp? = nil, lastBoot: Timestamp? = nil) {
      self.lastSeen = lastSeen
      self.lastBoot = lastBoot
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

  /// As the file has it: two blanks a level, a line feed at the end.
  package var fileText: String {
    var counts = [JSON.Member("generation", .number(String(generation)))]
    if revision != 0 { counts.append(JSON.Member("revision", .number(String(revision)))) }
    return JSONWriter.text(
      .object(identityMembers + counts + mayuMembers + others), indent: 2) + "\n"
  }

  /// As the API answers it.
  package func answer(_ sightings: Sightings) -> JSON {
    func time(_ value: Timestamp?) -> JSON { value.map { .string($0.description) } ?? .null }
    return .object(
      identityMembers
        + [
          JSON.Member("lastSeen", time(sightings.lastSeen)),
          JSON.Member("lastBoot", time(sightings.lastBoot)),
        ] + mayuMembers)
  }

  /// A machine whose record cannot be used: its ID, why, and every other key empty.
  package static func answer(damaged id: MachineID, _ error: MachineError) -> JSON {
    let empty = Machine(id: id, firstSeen: Timestamp(seconds: 0)).answer(Sightings())
    guard case .object(let members) = empty else { return empty }
    let kept = members.map { member -> JSON.Member in
      switch member.name {
      case "id", "macs", "metadata": member
      default: JSON.Member(member.name, .null)
      }
    }
    return .object(kept + [JSON.Member("problem", .string(error.description))])
  }

  /// With its quotes; another one for every change but those of the sightings.
  package var entityTag: String {
    // FNV-1a: told apart have to be the states of one record, which nobody forges.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in fileText.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\"\(String(hash, radix: 16))\""
  }

  /// Reads a record's file.
  ///
  /// - Parameters:
  ///   - id: which the file's name says.
  ///   - file: as messages name it: `machines/ID.json`.
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
    case "profile": profile = try MachineEdit.profile(value)
    case "metadata": metadata = try MachineEdit.metadata(value)
    case "mayu": mayu = try value.members()
    case "uuid", "macs", "serial", "asset", "hostname":
      try MachineEdit.setIdentity(value, of: &self)
    default: others.append(member)
    }
  }
}

/// One value of a record, with its key for messages.
struct RecordValue {
  let key: String
  let value: JSON

  func wrong(_ reason: String) -> MachineError { .badValue(key: key, reason: reason) }

  /// `nil` for null and for an empty string.
  func text() throws(MachineError) -> String? {
    switch value {
    case .null: return nil
    case .string(let text): return text.isEmpty ? nil : text
    case .bool, .number, .array, .object: throw wrong("must be a string, but is \(value.kind)")
    }
  }

  func time() throws(MachineError) -> Timestamp? {
    guard let text = try text() else { return nil }
    guard let time = Timestamp(text) else {
      throw wrong("must be a time such as 2026-11-21T12:00:00Z, but is \"\(text)\"")
    }
    return time
  }

  func count() throws(MachineError) -> Int {
    guard case .number(let text) = value, let count = Int(text), (0...(1 << 53)).contains(count)
    else {
      throw wrong("must be a whole number from 0 on, and no larger than others can read")
    }
    return count
  }

  func members() throws(MachineError) -> [JSON.Member] {
    switch value {
    case .null: return []
    case .object(let members): return members
    case .bool, .number, .string, .array: throw wrong("must be an object, but is \(value.kind)")
    }
  }

  func texts() throws(MachineError) -> [String] {
    guard case .array(let elements) = value else {
      throw wrong("must be a list of strings, but is \(value.kind)")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw wrong("must be a list of strings, but holds \(element.kind)")
      }
      texts.append(text)
    }
    return texts
  }
}
