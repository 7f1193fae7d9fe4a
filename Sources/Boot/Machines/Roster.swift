// Boot/Machines: all machines, by every name they have.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The records in memory, found by ID, UUID, MAC, serial, and counted by profile.
package struct Roster: Sendable {
  /// A record as it was written down; shared, never changed.
  package final class Entry: Sendable {
    package let machine: Machine
    /// Serves both reports, as long as the machine's generation is the present one.
    package let token: String

    package init(_ machine: Machine, token: String) {
      self.machine = machine
      self.token = token
    }
  }

  private var entries: [MachineID: Entry] = [:]
  private var byUUID: [MachineUUID: MachineID] = [:]
  private var byMAC: [MACAddress: [MachineID]] = [:]
  private var bySerial: [String: [MachineID]] = [:]
  private var counts: [String: Int] = [:]
  /// Machines without a profile.
  package private(set) var strangers = 0
  /// Files that cannot be used, by the ID in their name.
  private var broken: [MachineID: Damage] = [:]

  /// A record that cannot be read, and what can still be told of it.
  package struct Damage: Equatable, Sendable {
    package let error: MachineError
    private(set) var uuids: Set<MachineUUID>
    private(set) var macs: Set<MACAddress>
    /// Whose slot it holds.
    private(set) var profile: String?

    /// What was known of it is not forgotten because its file says even less now.
    fileprivate func joined(with earlier: Damage?) -> Damage {
      guard let earlier else { return self }
      var all = self
      all.uuids.formUnion(earlier.uuids)
      all.macs.formUnion(earlier.macs)
      all.profile = profile ?? earlier.profile
      return all
    }

    /// - Parameters:
    ///   - bytes: of the file; what looks like a name of hardware is taken for one.
    ///   - last: the record as it was when it could be read.
    package init(_ error: MachineError, id: MachineID, bytes: [UInt8], last: Machine? = nil) {
      self.error = error
      let words = bytes.split { byte in
        !(ASCII.isAlphanumeric(byte) || byte == 0x2d || byte == 0x3a)
      }.map { String(decoding: $0, as: UTF8.self) }
      uuids = Set(words.compactMap { MachineUUID($0) } + [id.uuid, last?.uuid].compactMap { $0 })
      macs = Set(
        words.compactMap { MACAddress($0) } + [id.mac].compactMap { $0 } + (last?.macs ?? []))
      profile = Self.profile(in: bytes) ?? last?.profile
    }

    /// What stands behind `"profile":`, whatever the rest looks like.
    private static func profile(in bytes: [UInt8]) -> String? {
      guard let key = bytes.firstRange(of: Array("\"profile\"".utf8)) else { return nil }
      let rest = bytes[key.upperBound...].drop { [0x20, 0x09, 0x0a, 0x0d, 0x3a].contains($0) }
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      var text: [UInt8] = [UInt8(ascii: "\"")]
      for byte in rest.dropFirst() {
        text.append(byte)
        let isEscaped = text.dropLast().last == UInt8(ascii: "\\")
        if byte == UInt8(ascii: "\""), !isEscaped { break }
      }
      guard case .string(let name)? = try? JSONReader.read(text) else { return nil }
      return name
    }
  }

  package init() {}

  package var count: Int { entries.count }
  package var damaged: [(id: MachineID, error: MachineError)] {
    broken.map { (id: $0.key, error: $0.value.error) }.sorted { $0.id < $1.id }
  }
  package var all: [Entry] { entries.values.sorted { $0.machine.id < $1.machine.id } }
  package subscript(id: MachineID) -> Entry? { entries[id] }

  /// Why a record cannot be used.
  package func damage(of id: MachineID) -> MachineError? { broken[id]?.error }

  /// How many machines have a profile, in any state.
  package func count(profile: String) -> Int { counts[profile] ?? 0 }

  /// Puts a record in, or in place of an earlier one.
  package mutating func put(_ entry: Entry) {
    let machine = entry.machine
    remove(machine.id)
    entries[machine.id] = entry
    if let uuid = machine.uuid { byUUID[uuid] = machine.id }
    for mac in machine.macs { byMAC[mac, default: []].append(machine.id) }
    if let serial = machine.serial { bySerial[serial.lowercased(), default: []].append(machine.id) }
    if let profile = machine.profile {
      counts[profile, default: 0] += 1
    } else {
      strangers += 1
    }
  }

  package mutating func putDamaged(_ id: MachineID, _ damage: Damage) {
    let damage = damage.joined(with: broken[id])
    remove(id)
    broken[id] = damage
    if let profile = damage.profile { counts[profile, default: 0] += 1 }
  }

  package mutating func remove(_ id: MachineID) {
    if let damage = broken.removeValue(forKey: id) { uncount(damage.profile) }
    guard let machine = entries.removeValue(forKey: id)?.machine else { return }
    if let uuid = machine.uuid, byUUID[uuid] == id { byUUID[uuid] = nil }
    for mac in machine.macs { Self.drop(id, from: &byMAC, mac) }
    if let serial = machine.serial { Self.drop(id, from: &bySerial, serial.lowercased()) }
    uncount(machine.profile)
    if machine.profile == nil { strangers -= 1 }
  }

  private mutating func uncount(_ profile: String?) {
    guard let profile, let count = counts[profile] else { return }
    counts[profile] = count > 1 ? count - 1 : nil
  }

  private static func drop<Key: Hashable>(
    _ id: MachineID, from index: inout [Key: [MachineID]], _ key: Key
  ) {
    index[key]?.removeAll { $0 == id }
    if index[key]?.isEmpty ?? false { index[key] = nil }
  }
}

extension Roster {
  /// What a boot's identity leads to.
  package enum Finding {
    case known(Entry)
    case damaged(MachineID, MachineError)
    /// Several machines have this MAC, and there is nothing else to tell them by.
    case ambiguous(MachineError)
    case new
  }

  /// Finds the machine that boots.
  ///
  /// A UUID is stronger than a MAC: a card that moved to another machine does not take its record
  /// along. A record that has no UUID yet is found by its MAC.
  package func find(_ identity: BootIdentity) -> Finding {
    if let uuid = identity.uuid, let id = byUUID[uuid], let entry = entries[id] {
      return .known(entry)
    }
    for (id, damage) in broken {
      let isIt =
        identity.uuid.map { damage.uuids.contains($0) } ?? false
        || identity.mac.map { damage.macs.contains($0) } ?? false
      if isIt { return .damaged(id, damage.error) }
    }
    guard let mac = identity.mac else { return .new }
    let ids = byMAC[mac] ?? []
    // Another card of a board whose UUID is everyone's: its serial tells, if it is one record's.
    if identity.uuid == nil, ids.isEmpty, let serial = identity.serial {
      let same = machines(serial: serial)
      if same.count == 1, let entry = entries[same[0]], entry.machine.uuid == nil {
        return .known(entry)
      }
    }
    let withoutUUID = ids.filter { entries[$0]?.machine.uuid == nil }
    if let id = withoutUUID.first, withoutUUID.count == 1, let entry = entries[id] {
      return .known(entry)
    }
    // With a UUID that no record has, it is a machine we have not seen, whatever card it uses.
    if identity.uuid != nil || ids.isEmpty { return .new }
    guard ids.count == 1, let entry = entries[ids[0]] else {
      return .ambiguous(.ambiguous(mac.description, ids))
    }
    return .known(entry)
  }

  /// The machine that a person names: by ID, UUID, MAC, serial, asset, host name or address.
  package func resolve(_ name: String) throws(MachineError) -> Entry {
    if let id = MachineID(name) {
      if let entry = entries[id] { return entry }
      if let damage = broken[id] { throw damage.error }
    }
    let folded = name.lowercased()
    var found = Set(machines(serial: name))
    if let id = MachineUUID(name).flatMap({ byUUID[$0] }) { found.insert(id) }
    found.formUnion(MACAddress(name).flatMap { byMAC[$0] } ?? [])
    for (id, entry) in entries {
      let machine = entry.machine
      let names = [machine.asset, machine.hostname, machine.ip]
      if names.contains(where: { $0?.lowercased() == folded }) { found.insert(id) }
    }
    guard let first = found.first, let entry = entries[first] else {
      throw .unknownMachine(name)
    }
    if found.count > 1 { throw .ambiguous(name, found.sorted()) }
    return entry
  }

  /// The machines with a serial; several boards of a careless vendor may share one.
  package func machines(serial: String) -> [MachineID] { bySerial[serial.lowercased()] ?? [] }

  /// The machines with an address, for those who know no better name.
  package func machines(ip: String) -> [Entry] {
    entries.values.filter { $0.machine.ip == ip }
  }

  /// Who has a UUID or a MAC, if it is not `id`.
  package func owner(_ uuid: MachineUUID?, _ mac: MACAddress?, besides id: MachineID) -> MachineID?
  {
    if let owner = uuid.flatMap({ byUUID[$0] }), owner != id { return owner }
    return mac.flatMap { byMAC[$0] }?.first { $0 != id }
  }
}
