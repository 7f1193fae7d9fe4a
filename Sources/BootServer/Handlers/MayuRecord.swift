// BootServer/Handlers: a host as Mayu writes it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The keys of Mayu's host records that this server reads or shows.
struct MayuRecord: Sendable {
  private let members: [JSON.Member]

  private static let versionKeys = [
    "CoreOSVersion", "MayuVersion", "DockerVersion", "FleetVersion", "EtcdVersion", "RktVersion",
    "K8sVersion", "YochuVersion",
  ]
  /// What `never` is to Go.
  private static let never = "0001-01-01T00:00:00Z"

  /// - Parameter body: may be empty: Mayu's installer sends none.
  init(parsing body: [UInt8]) throws(MachineError) {
    members = body.isEmpty ? [] : try MachineEdit.members(of: body)
  }

  private subscript(key: String) -> JSON? {
    members.last { $0.name.lowercased() == key.lowercased() }?.value
  }

  /// A member that must be a string: another kind would break every later list of mayuctl's.
  private func text(_ key: String) -> JSON.Member? {
    guard case .string(let text)? = self[key] else { return nil }
    return JSON.Member(key, .string(text))
  }

  /// The versions that a host reports; `nil` when it reports none, and those kept stay.
  var versions: [JSON.Member]? {
    let found = Self.versionKeys.compactMap { text($0) }
    return found.isEmpty ? nil : found
  }

  /// What a route sets of those keys that only Mayu knows.
  ///
  /// - Returns: `nil` when the body does not say.
  func members(_ verb: String) -> [JSON.Member]? {
    switch verb {
    case "set_provider_id": text("ProviderId").map { [$0] }
    // mayuctl leaves an address that it cannot read out of the body.
    case "set_ipmi_addr": text("IPMIAddr").map { [$0] }
    case "set_cabinet":
      switch self["Cabinet"] {
      case nil: [JSON.Member("Cabinet", .number("0"))]
      case .number(let text)? where UInt(text) != nil: [JSON.Member("Cabinet", .number(text))]
      default: nil
      }
    case "override":
      if case .object(let overrides)? = self["Overrides"], !overrides.isEmpty,
        overrides.allSatisfy({ if case .string = $0.value { true } else { false } })
      {
        [JSON.Member("Overrides", .object(overrides))]
      } else {
        nil
      }
    default: nil
    }
  }

  /// What a route sets of those keys that every record has.
  func edit(_ verb: String) throws(MachineError) -> MachineEdit {
    switch verb {
    case "mark_fresh":
      return MachineEdit([JSON.Member("state", .string("configured"))])
    case "set_state":
      return MachineEdit([JSON.Member("state", self["State"] ?? .null)])
    case "set_etcd_cluster_token":
      return MachineEdit([JSON.Member("etcdToken", self["EtcdClusterToken"] ?? .null)])
    default:
      guard case .array(let words)? = self["FleetMetadata"] else {
        throw .badValue(key: "FleetMetadata", reason: "must be a list of strings")
      }
      var metadata: [JSON.Member] = []
      for case .string(let word) in words where !word.isEmpty {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        metadata.append(
          JSON.Member(String(parts[0]), .string(parts.count == 2 ? String(parts[1]) : "")))
      }
      return MachineEdit([JSON.Member("metadata", .object(metadata))], merges: false)
    }
  }

  /// Whether Go takes a value that somebody may have written by hand: one that it does not take makes the
  /// whole list fail.
  private static func fits(_ member: JSON.Member) -> Bool {
    switch (member.name, member.value) {
    case ("Cabinet", .number(let text)): UInt(text) != nil
    case ("IPMIAddr", .string(let text)): text.isEmpty || IPNetwork(text)?.address != nil
    case ("Overrides", .object): true
    case ("Cabinet", _), ("IPMIAddr", _), ("Overrides", _): false
    case (_, .string): true
    default: false
    }
  }

  /// A record for `mayuctl`; values that are not there are left out, as Mayu does.
  static func host(_ machine: Machine, _ sightings: Machine.Sightings) -> JSON {
    func text(_ name: String, _ value: String?) -> [JSON.Member] {
      // A bar would be a column of its own to mayuctl.
      value.map { text in
        [JSON.Member(name, .string(String(text.map { $0 == "|" ? "/" : $0 })))]
      } ?? []
    }
    func kept(_ name: String) -> [JSON.Member] {
      machine.mayu.filter { $0.name == name && fits($0) }
    }
    let metadata = machine.metadata.sorted.map { member -> JSON in
      let value =
        if case .string(let text) = member.value { text } else {
          JSONWriter.text(member.value)
        }
      return .string("\(member.name)=\(String(value.map { $0 == "|" ? "/" : $0 }))")
    }
    let lastBoot = machine.state == .running ? sightings.lastBoot?.description : nil
    // Mayu's `Id` is a number of its own, and left out where it is 0.
    var members = kept("ProviderId") + [JSON.Member("Enabled", .bool(true))]
    members += text("Serial", machine.name)
    if !machine.macs.isEmpty {
      let macs = machine.macs.map { JSON.string($0.description) }
      members.append(JSON.Member("MacAddresses", .array(macs)))
    }
    members += text("InternalAddr", machine.ip) + kept("Cabinet") + kept("IPMIAddr")
    members += text("Hostname", machine.hostname) + text("MachineID", machine.id.description)
    members.append(JSON.Member("ConnectedNIC", .string("")))
    if !metadata.isEmpty { members.append(JSON.Member("FleetMetadata", .array(metadata))) }
    members += text("LastBoot", lastBoot ?? never) + text("Profile", machine.profile)
    members += text("EtcdClusterToken", machine.etcdToken) + kept("Overrides")
    members += text("State", machine.state.rawValue)
    return .object(members + versionKeys.flatMap(kept))
  }
}

extension Machine {
  /// Puts keys of Mayu's in, or in place of earlier ones; overrides are joined.
  mutating func setMayu(_ members: [JSON.Member]) {
    for member in members {
      var value = member.value
      if let index = mayu.firstIndex(where: { $0.name == member.name }) {
        if case .object(let old) = mayu[index].value, case .object(let new) = value {
          let names = Set(new.map(\.name))
          value = .object(old.filter { !names.contains($0.name) } + new)
        }
        mayu[index] = JSON.Member(member.name, value)
      } else {
        mayu.append(member)
      }
    }
  }
}
