// Boot/Machines/Roster: records that cannot be used.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Roster {
  /// A record that cannot be read, and what can still be told of it: it keeps its names and its slot.
  package struct Damage: Equatable, Sendable {
    /// Names the file, and what is wrong with it.
    package let error: MachineError
    private(set) var uuids: Set<MachineUUID> = []
    private(set) var macs: Set<MACAddress> = []
    /// In lower case.
    private(set) var serials: Set<String> = []
    /// What boots told beside the record: it holds newcomers, and nobody else.
    private(set) var told: Set<HardwareName> = []
    /// Whose slot it holds.
    private(set) var profile: String?

    /// What a file of nonsense can make of names.
    private static let maxNames = 64

    /// - Parameters:
    ///   - bytes: of the file; what looks like a name of hardware is taken for one.
    ///   - last: the record as it was when it could be read.
    package init(_ error: MachineError, id: MachineID, bytes: [UInt8], last: Machine? = nil) {
      self.error = error
      uuids = Set([id.uuid].compactMap { $0 })
      macs = Set([id.mac].compactMap { $0 })
      for word in Self.words(of: bytes) {
        if uuids.count < Self.maxNames, let uuid = MachineUUID(word) { uuids.insert(uuid) }
        if macs.count < Self.maxNames, let mac = MACAddress(word) { macs.insert(mac) }
      }
      if let serial = Self.text(behind: "serial", in: bytes), !JunkIdentity.contains(serial) {
        serials = [serial.lowercased()]
      }
      profile = Self.text(behind: "profile", in: bytes)
      if let last { remember(last) }
    }

    private static func words(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
      bytes.split { !(ASCII.isAlphanumeric($0) || $0 == 0x2d || $0 == 0x3a) }
        .filter { (12...36).contains($0.count) }
    }

    /// Adds what else is known of it, for example by the store; its profile counts more than what a file
    /// that cannot be used says.
    package mutating func remember(
      uuid: MachineUUID?, macs more: [MACAddress], serial: String?, profile name: String?
    ) {
      if let uuid, !uuid.isJunk { uuids.insert(uuid) }
      macs.formUnion(more)
      if let serial, !JunkIdentity.contains(serial) { serials.insert(serial.lowercased()) }
      profile = name ?? profile
    }

    /// Adds what is known by the record as it was when it could be read.
    package mutating func remember(_ last: Machine) {
      remember(uuid: last.uuid, macs: last.macs, serial: last.serial, profile: last.profile)
      remember(told: last.told)
    }

    /// Adds what boots told of it.
    package mutating func remember(told names: [ToldNames]) {
      told.formUnion(names.flatMap(\.hardware))
    }

    /// What was known of it is not forgotten because its file says even less now.
    func joined(with earlier: Damage?) -> Damage {
      guard let earlier else { return self }
      var all = self
      all.uuids.formUnion(earlier.uuids)
      all.macs.formUnion(earlier.macs)
      all.serials.formUnion(earlier.serials)
      all.told.formUnion(earlier.told)
      all.profile = earlier.profile ?? profile
      return all
    }

    /// The string behind a key, whatever the rest looks like.
    private static func text(behind key: String, in bytes: [UInt8]) -> String? {
      guard let found = bytes.firstRange(of: Array("\"\(key)\"".utf8)) else { return nil }
      let rest = bytes[found.upperBound...].drop { [0x20, 0x09, 0x0a, 0x0d, 0x3a].contains($0) }
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      var text: [UInt8] = [UInt8(ascii: "\"")]
      var isEscaped = false
      for byte in rest.dropFirst() {
        text.append(byte)
        if byte == UInt8(ascii: "\""), !isEscaped { break }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      }
      guard case .string(let name)? = try? JSONReader.read(text), !name.isEmpty else { return nil }
      return name
    }
  }
}
