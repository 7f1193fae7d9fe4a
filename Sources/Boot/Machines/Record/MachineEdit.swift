// Boot/Machines/Record: what people may change of a machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The body of a PATCH or PUT, taken apart.
package struct MachineEdit: Equatable, Sendable {
  /// In the order of the body.
  private let members: [JSON.Member]
  /// Whether `metadata` is merged into what is there (RFC 7396), or stands for it.
  let merges: Bool

  static let writable = [
    "profile", "state", "metadata", "hostname", "serial", "asset", "uuid", "macs", "etcdToken",
  ]
  static let readOnly = [
    "id", "ip", "arch", "platform", "firstSeen", "lastSeen", "lastBoot", "installedAt", "mayu",
    "told", "failedTries", "held", "version",
  ]
  static let statesText =
    "must be one of "
    + MachineState.allCases.map { "\"\($0)\"" }.joined(separator: ", ")

  /// Reads a body.
  ///
  /// - Throws: ``MachineError``: no JSON, no object, or an unknown key, with the nearest known one: 400.
  package init(parsing body: [UInt8], merges: Bool) throws(MachineError) {
    let members = try Self.members(of: body)
    for member in members where !Self.writable.contains(member.name) {
      if Self.readOnly.contains(member.name) { continue }
      throw .unknownKey(member.name, nearest: Nearest.name(to: member.name, in: Self.writable))
    }
    self.init(members, merges: merges)
  }

  /// A body that must be an object.
  package static func members(of body: [UInt8]) throws(MachineError) -> [JSON.Member] {
    let value: JSON
    do throws(JSONError) {
      value = try JSONReader.read(body)
    } catch {
      throw .notJSON(error)
    }
    guard case .object(let members) = value else { throw .notAnObject(kind: value.kind) }
    return members
  }

  /// - Parameter members: of keys that are writable, or that are ignored.
  package init(_ members: [JSON.Member], merges: Bool = true) {
    self.members = members
    self.merges = merges
  }

  /// The profile that it gives; `nil` where it gives none, or takes it away.
  package var givesProfile: String? {
    for member in members where member.name == "profile" {
      if case .string(let name) = member.value { return name }
    }
    return nil
  }

  /// Applies all of it but the state's rules, which ``Rules`` knows.
  ///
  /// - Parameter present: the record as the API answers it now; a read-only key may repeat it.
  /// - Returns: the state that was asked for.
  func apply(to machine: inout Machine, present: JSON?) throws(MachineError) -> MachineState? {
    var wanted: MachineState?
    for member in members {
      let value = RecordValue(key: member.name, value: member.value)
      switch member.name {
      case "state":
        guard let text = try value.text(), let state = MachineState(rawValue: text) else {
          throw value.wrong(Self.statesText)
        }
        wanted = state
      case "profile": machine.profile = try Self.profile(value)
      case "metadata":
        if !merges || member.value == .null { machine.metadata = Metadata() }
        for change in try value.members() { try machine.metadata.set(change.name, change.value) }
      case "etcdToken": machine.etcdToken = try Self.etcdToken(value)
      case "uuid", "macs", "serial", "asset", "hostname": try setName(value, of: &machine)
      case "told" where member.value == .null || member.value == .array([]): machine.told = []
      case "lastSeen" where !merges, "lastBoot" where !merges, "held" where !merges,
        "failedTries" where !merges, "version" where !merges:
        // A whole record that was read a moment ago: the machine may have been seen since.
        break
      default:
        guard case .object(let now)? = present, now.contains(member) else {
          throw .readOnly(member.name)
        }
      }
    }
    return wanted
  }

  /// A person's word: what boots told of such a name has been looked at and goes.
  private func setName(_ value: RecordValue, of machine: inout Machine) throws(MachineError) {
    let before = machine
    try Self.setIdentity(value, of: &machine)
    // A whole record that is sent back as it was read says nothing of its names.
    if !merges, machine == before { return }
    if value.key == "hostname" { machine.isHostnameTold = false }
    machine.forgetTold(value.key)
  }

  /// - Parameter fromFile: a record may hold a name that counts as junk by now.
  static func setIdentity(
    _ value: RecordValue, of machine: inout Machine, fromFile: Bool = false
  ) throws(MachineError) {
    if value.key == "macs" {
      machine.macs = try macs(value)
      return
    }
    let text = try value.text()
    switch value.key {
    case "uuid":
      machine.uuid = try text.map { (text) throws(MachineError) in
        let uuid =
          fromFile ? MachineUUID(anyBoards: Array(text.utf8)[...]) : MachineUUID(text)
        guard let uuid else {
          throw value.wrong("must be a UUID that is one machine's alone, but is \"\(text)\"")
        }
        return uuid
      }
    case "hostname":
      if let text, !Machine.isHostname(text) {
        throw value.wrong("must be a host name: letters, digits, hyphens and dots")
      }
      machine.hostname = text
    default:
      if let text,
        BootIdentity.text(Array(text.utf8)[...]) != text || !fromFile && JunkIdentity.contains(text)
      {
        throw value.wrong("must be printable text that tells one machine from another")
      }
      if value.key == "serial" { machine.serial = text } else { machine.asset = text }
    }
  }

  private static func macs(_ value: RecordValue) throws(MachineError) -> [MACAddress] {
    var macs: [MACAddress] = []
    for text in try value.texts() {
      guard let mac = MACAddress(text) else {
        throw value.wrong("holds \"\(text)\", which is no MAC address of a card")
      }
      if !macs.contains(mac) { macs.append(mac) }
      guard macs.count <= Machine.maxMACs else {
        throw value.wrong("holds more than \(Machine.maxMACs) addresses")
      }
    }
    return macs
  }

  static func profile(_ value: RecordValue) throws(MachineError) -> String? {
    guard let text = try value.text() else { return nil }
    guard RelativePath(name: text.utf8) != nil else {
      throw value.wrong("must be a profile's name")
    }
    return text
  }

  static func metadata(_ value: RecordValue) throws(MachineError) -> Metadata {
    var metadata = Metadata()
    for member in try value.members() { try metadata.set(member.name, member.value) }
    return metadata
  }

  private static func etcdToken(_ value: RecordValue) throws(MachineError) -> String? {
    guard let text = try value.text() else { return nil }
    guard EtcdToken.isValid(text.utf8) else {
      throw value.wrong("must be letters, digits and hyphens, at most 128")
    }
    return text
  }
}
