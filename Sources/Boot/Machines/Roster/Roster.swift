// Boot/Machines/Roster: all machines, by every name they have.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The records in memory, found by every name, and counted by profile.
///
/// A value: `let before = roster` keeps what was, and a change copies only the shards that it touches.
/// Every look-up is an index; nothing here walks all records but ``all`` and ``damaged``.
package struct Roster: Sendable {
  private var entries = ShardedDictionary<MachineID, Entry>()
  /// Files that cannot be used, by the ID in their name.
  private var broken = ShardedDictionary<MachineID, Damage>()
  private(set) var uuids = NameIndex<MachineUUID>()
  private(set) var macs = NameIndex<MACAddress>()
  private(set) var serials = NameIndex<String>()
  private var assets = NameIndex<String>()
  private var hostnames = NameIndex<String>()
  private var addresses = NameIndex<String>()
  private(set) var told = NameIndex<HardwareName>()
  private var counts = ShardedDictionary<String, Int>()
  private var order = NeedOrder()

  /// No machines.
  package init() {}

  /// A record as it was written down; shared, never changed.
  package final class Entry: Sendable {
    /// The record, as its file has it.
    package let machine: Machine
    /// Serves both reports, as long as the machine's generation is the present one.
    package let token: String
    /// What of its names tells boards apart, worked out once, for every boot asks: ``Machine/usableUUID``.
    let uuid: MachineUUID?
    /// ``Machine/usableSerial``.
    let serial: String?

    /// - Parameter token: what the machine's installer reports with.
    package init(_ machine: Machine, token: String) {
      self.machine = machine
      self.token = token
      uuid = machine.usableUUID
      serial = machine.usableSerial
    }
  }

  /// Records that can be used.
  package var count: Int { entries.count }
  /// The record of an ID; `nil`: none, or one that cannot be used.
  package subscript(id: MachineID) -> Entry? { entries[id] }

  /// By ID; walks all of them.
  package var all: [Entry] { entries.values.sorted { $0.machine.id < $1.machine.id } }
  /// Records that cannot be used, with why.
  package var damaged: [(id: MachineID, error: MachineError)] {
    broken.elements.map { (id: $0.key, error: $0.value.error) }.sorted { $0.id < $1.id }
  }

  /// How many machines are in each state; walks all of them.
  package var states: [MachineState: Int] {
    entries.values.reduce(into: [:]) { $0[$1.machine.state, default: 0] += 1 }
  }

  /// All of them in no order; for walks that need not be sorted.
  var everyEntry: some Sequence<Entry> { entries.values }

  /// Why a record cannot be used.
  package func damage(of id: MachineID) -> MachineError? { broken[id]?.error }

  func broken(_ id: MachineID) -> Damage? { broken[id] }

  /// Whether there is any record that cannot be used.
  var isDamaged: Bool { !broken.isEmpty }

  /// How many machines have a profile, in any state.
  package func count(profile: String) -> Int { counts[profile] ?? 0 }

  /// How many machines have no profile.
  package var strangers: Int { order.count }
}

extension Roster {
  /// Puts a record in, or in place of an earlier one.
  package mutating func put(_ entry: Entry) {
    let machine = entry.machine
    if let damage = broken[machine.id] {
      replace(machine.id, RecordNames(damage), nil)
      recount(damage.profile, nil)
      broken[machine.id] = nil
    }
    let old = entries[machine.id]?.machine
    entries[machine.id] = entry
    replace(machine.id, old.map { RecordNames($0) }, RecordNames(machine))
    recount(old?.profile, machine.profile)
    if machine.profile != nil {
      order.remove(machine.id)
    } else if order.time(of: machine.id) == nil {
      order.put(machine.id, machine.firstSeen)
    }
  }

  /// Holds a machine whose record cannot be used; what was known of it before stays known.
  package mutating func putDamaged(_ id: MachineID, _ damage: Damage) {
    var damage = damage.joined(with: broken[id])
    if let last = entries[id]?.machine { damage.remember(last) }
    remove(id)
    broken[id] = damage
    replace(id, nil, RecordNames(damage))
    recount(nil, damage.profile)
  }

  /// Forgets a machine, damaged or not, with its names and its slot.
  package mutating func remove(_ id: MachineID) {
    if let damage = broken[id] {
      replace(id, RecordNames(damage), nil)
      recount(damage.profile, nil)
      broken[id] = nil
    }
    guard let machine = entries[id]?.machine else { return }
    entries[id] = nil
    replace(id, RecordNames(machine), nil)
    recount(machine.profile, nil)
    order.remove(id)
  }

  /// Notes that a machine was heard of; counts only while it has no profile.
  package mutating func heard(of id: MachineID, _ time: Timestamp) {
    guard let before = order.time(of: id), before < time else { return }
    order.put(id, time)
  }

  /// When a machine without a profile was heard of last, as far as was noted here.
  package func lastHeard(of id: MachineID) -> Timestamp? { order.time(of: id) }

  /// Machines without a profile, the one unheard of for longest first.
  package func longestUnheard(_ count: Int) -> [MachineID] { order.first(count) }

  private mutating func replace(_ id: MachineID, _ old: RecordNames?, _ new: RecordNames?) {
    if old == new { return }
    func names<Key>(_ keys: KeyPath<RecordNames, [Key]>) -> (
      (standing: Standing, keys: [Key])?, (standing: Standing, keys: [Key])?
    ) {
      (old.map { ($0.standing, $0[keyPath: keys]) }, new.map { ($0.standing, $0[keyPath: keys]) })
    }
    func update<Key>(_ index: inout NameIndex<Key>, _ keys: KeyPath<RecordNames, [Key]>) {
      let (before, after) = names(keys)
      index.replace(id, before, after)
    }
    update(&uuids, \.uuids)
    update(&macs, \.macs)
    update(&serials, \.serials)
    update(&assets, \.assets)
    update(&hostnames, \.hostnames)
    update(&addresses, \.addresses)
    update(&told, \.told)
  }

  private mutating func recount(_ old: String?, _ new: String?) {
    if old == new { return }
    if let old {
      counts.change(old) { count in
        guard let before = count else { return }
        count = before > 1 ? before - 1 : nil
      }
    }
    if let new { counts.change(new) { $0 = ($0 ?? 0) + 1 } }
  }
}

extension Roster {
  /// The machine that a person names: by ID, UUID, MAC, serial, asset, host name or address.
  ///
  /// - Throws: ``MachineError``: 404 for nobody, 409 for several, 500 where its record cannot be used.
  package func resolve(_ name: String) throws(MachineError) -> Entry {
    if let id = MachineID(name) {
      if let entry = entries[id] { return entry }
      if let damage = broken[id] { throw damage.error }
    }
    let folded = name.lowercased()
    let holders = [
      uuids[MachineUUID(name)], macs[MACAddress(name)], serials[folded], assets[folded],
      hostnames[folded], addresses[folded],
    ]
    // Those that a message names, and more only where they are few.
    let found = Set(holders.flatMap { $0.first(Self.mostNamed) })
    guard let first = found.first else { throw .unknownMachine(name) }
    if found.count > 1 { throw .ambiguous(name, found.sorted()) }
    if let damage = broken[first] { throw damage.error }
    guard let entry = entries[first] else { throw .unknownMachine(name) }
    return entry
  }

  /// Machines of one name that are told of; beyond these there are only more.
  private static let mostNamed = 1000

  /// The machines with a serial; several boards of a careless vendor may share one.
  ///
  /// Those in use come first, and of very many some are left out.
  package func machines(serial: String) -> [MachineID] {
    serials[serial.lowercased()].first(Self.mostNamed).filter { entries[$0] != nil }
  }

  /// The machines with an address, for those who know no better name; as with ``machines(serial:)``.
  package func machines(ip: String) -> [Entry] {
    addresses[ip.lowercased()].first(Self.mostNamed).compactMap { entries[$0] }
  }

  /// Records besides `id` that have a UUID; those with a profile, or damaged, first.
  func holders(of uuid: MachineUUID, besides id: MachineID) -> [MachineID] {
    Self.sorted(uuids[uuid], besides: id)
  }

  /// Records besides `id` that have a MAC; those with a profile, or damaged, first.
  func holders(of mac: MACAddress, besides id: MachineID) -> [MachineID] {
    Self.sorted(macs[mac], besides: id)
  }

  private static func sorted(_ holders: Holders, besides id: MachineID) -> [MachineID] {
    [Standing.inUse, .waiting, .damaged, .stranger].flatMap { holders.first(16, $0) }
      .filter { $0 != id }
  }
}
