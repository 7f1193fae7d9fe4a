// Boot/Machines/Roster: the names by which a record is found.
// SPDX-License-Identifier: Apache-2.0

/// All names of a record that an index has, and how far it counts.
struct RecordNames: Equatable {
  let standing: Standing
  var uuids: [MachineUUID] = []
  var macs: [MACAddress] = []
  /// In lower case, as all texts here.
  var serials: [String] = []
  var assets: [String] = []
  var hostnames: [String] = []
  var addresses: [String] = []
  /// What boots told beside the record.
  var told: [HardwareName] = []

  init(_ machine: Machine) {
    func folded(_ text: String?) -> [String] { text.map { [$0.lowercased()] } ?? [] }
    standing = Standing(machine)
    uuids = [machine.uuid].compactMap { $0 }
    macs = machine.macs
    serials = folded(machine.serial)
    assets = folded(machine.asset)
    hostnames = folded(machine.hostname)
    addresses = folded(machine.ip)
    for name in machine.told.flatMap(\.hardware) where !told.contains(name) { told.append(name) }
  }

  init(_ damage: Roster.Damage) {
    standing = .damaged
    uuids = Array(damage.uuids)
    macs = Array(damage.macs)
    serials = Array(damage.serials)
    told = Array(damage.told)
  }
}
