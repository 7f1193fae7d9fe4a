// Boot/Machines: what is known of one machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One machine's record, as its file keeps it.
package struct Machine: Equatable, Sendable {
  package let id: MachineID
  package var uuid: MachineUUID?
  /// In the order they were learnt.
  package var macs: [MACAddress] = []
  package var serial: String?
  package var asset: String?
  package var hostname: String?
  package var ip: String?
  package var arch: String?
  package var platform: String?
  package var profile: String?
  package var state = MachineState.unknown
  package var metadata = Metadata()
  /// Of its cluster's etcd discovery.
  package var etcdToken: String?
  package var firstSeen: Timestamp
  /// `nil` while its disk is not ours to boot.
  package var installedAt: Timestamp?
  /// Counts how often it became `configured`; the token of an earlier time is worth nothing.
  package var generation = 0
  /// The batch that wrote the record; 0 where none says so. Only the store sets it.
  package var revision = 0
  /// What only Mayu's dialect knows of, under Mayu's names.
  package var mayu: [JSON.Member] = []
  /// Keys of the file that this version does not know; kept as they are.
  package var others: [JSON.Member] = []

  package init(id: MachineID, firstSeen: Timestamp) {
    self.id = id
    self.firstSeen = firstSeen
  }

  /// What people call it: the serial, else the ID.
  package var name: String { serial ?? id.description }

  /// Takes over what a boot told and was not known, or has changed.
  ///
  /// - Parameter isTaken: whether another machine has a UUID, which stays there. A card may be
  ///   several machines' one after another: who has a UUID is not found by it.
  package mutating func learn(
    _ identity: BootIdentity, isTaken: (MachineUUID) -> Bool
  ) {
    if uuid == nil, let found = identity.uuid, !isTaken(found) { uuid = found }
    if let mac = identity.mac, !macs.contains(mac), macs.count < Self.maxMACs { macs.append(mac) }
    serial = identity.serial ?? serial
    asset = identity.asset ?? asset
    hostname = hostname ?? identity.hostname
    ip = identity.ip ?? ip
    arch = identity.arch ?? arch
    platform = identity.platform ?? platform
  }

  /// A machine that reports another card at every boot must not grow without end.
  static let maxMACs = 32

  /// Whether a boot tells nothing new; cheap, for every boot asks.
  package func knows(_ identity: BootIdentity) -> Bool {
    func same<Value: Equatable>(_ kept: Value?, _ told: Value?) -> Bool {
      told == nil || kept == told
    }
    return (identity.uuid == nil || uuid != nil)
      && (identity.mac.map { macs.contains($0) || macs.count >= Self.maxMACs } ?? true)
      && same(serial, identity.serial) && same(asset, identity.asset)
      && (identity.hostname == nil || hostname != nil) && same(ip, identity.ip)
      && same(arch, identity.arch) && same(platform, identity.platform)
  }

  /// A name of RFC 1123: letters, digits, hyphens, dots; at most 253 bytes.
  package static func isHostname(_ text: String) -> Bool {
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let plain = { (byte: UInt8) in
      ASCII.isAlphanumeric(byte) || byte == 0x2d || byte == 0x5f
    }
    return text.utf8.count <= 253
      && labels.allSatisfy {
        (1...63).contains($0.count) && $0.allSatisfy(plain) && $0.first != 0x2d && $0.last != 0x2d
      }
  }
}

/// What people note of a machine, for its templates.
package struct Metadata: Equatable, Sendable {
  /// Strings, numbers and booleans.
  package private(set) var values: [String: JSON] = [:]

  static let maxKeys = 256
  static let maxValueBytes = 4096

  package init() {}

  package subscript(key: String) -> JSON? { values[key] }
  package var isEmpty: Bool { values.isEmpty }
  package var sorted: [JSON.Member] {
    values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
  }

  /// Sets or, with `null`, removes a value.
  package mutating func set(_ key: String, _ value: JSON) throws(MachineError) {
    let name = "metadata.\(key)"
    guard Self.isKey(key) else {
      throw .badValue(
        key: name, reason: "is no key: letters, digits, _ - and . are, up to 128 of them")
    }
    switch value {
    case .null: values[key] = nil
    case .string(let text):
      guard text.utf8.count <= Self.maxValueBytes else {
        throw .badValue(key: name, reason: "is longer than \(Self.maxValueBytes) bytes")
      }
      values[key] = value
    case .number, .bool: values[key] = value
    case .array, .object:
      throw .badValue(key: name, reason: "must be a string, a number or true or false")
    }
    guard values.count <= Self.maxKeys else {
      throw .badValue(key: name, reason: "is one more than the \(Self.maxKeys) keys there can be")
    }
  }

  package static func isKey(_ key: String) -> Bool {
    (1...128).contains(key.utf8.count)
      && key.utf8.allSatisfy {
        ASCII.isAlphanumeric($0) || "_-.".utf8.contains($0)
      }
  }
}
