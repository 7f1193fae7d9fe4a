// BootServer/Storage: what is known of a machine whose record cannot be used.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The names of a machine that has a profile, and the slot it holds; kept beside its record.
struct KnownRecord: Equatable, Sendable {
  let id: MachineID
  var revision: Int
  var uuid: MachineUUID?
  var macs: [MACAddress] = []
  var serial: String?
  var asset: String?
  var hostname: String?
  var profile: String?
  /// What boots told beside the record.
  var told: [ToldNames] = []
  /// Its disk is not to be written to.
  var isInUse: Bool

  init(_ machine: Machine) {
    id = machine.id
    revision = machine.revision
    uuid = machine.uuid
    macs = machine.macs
    serial = machine.serial
    asset = machine.asset
    hostname = machine.hostname
    profile = machine.profile
    told = machine.told
    isInUse = machine.isInUse
  }

  /// A machine of which there is a token, and nothing else; it may be in use.
  init(lost id: MachineID) {
    self.id = id
    revision = 0
    uuid = id.uuid
    macs = [id.mac].compactMap { $0 }
    isInUse = true
  }

  var json: JSON {
    var members = [JSON.Member("revision", .number(String(revision)))]
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { members.append(JSON.Member(name, .string(value.description))) }
    }
    add("uuid", uuid)
    if !macs.isEmpty {
      members.append(JSON.Member("macs", .array(macs.map { .string($0.description) })))
    }
    add("serial", serial)
    add("asset", asset)
    add("hostname", hostname)
    add("profile", profile)
    if !told.isEmpty { members.append(JSON.Member("told", .array(told.map(\.json)))) }
    if isInUse { members.append(JSON.Member("inUse", .bool(true))) }
    return .object(members)
  }

  init?(_ id: MachineID, _ value: JSON) {
    guard case .object(let members) = value else { return nil }
    self.id = id
    revision = 0
    isInUse = false
    for member in members {
      switch (member.name, member.value) {
      case ("revision", .number(let text)): revision = Int(text) ?? 0
      case ("uuid", .string(let text)): uuid = MachineUUID(text)
      case ("macs", .array(let elements)):
        macs = elements.compactMap {
          if case .string(let text) = $0 { MACAddress(text) } else { nil }
        }
      case ("serial", .string(let text)): serial = text
      case ("asset", .string(let text)): asset = text
      case ("hostname", .string(let text)): hostname = text
      case ("profile", .string(let text)): profile = text
      case ("told", .array(let list)): told = list.compactMap { try? ToldNames($0, key: "told") }
      case ("inUse", .bool(let value)): isInUse = value
      default: break
      }
    }
  }
}
