// Boot/Machines/Record: what is known of one machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One machine's record, as its file keeps it.
package struct Machine: Equatable, Sendable {
  /// Its name in the API, and its file's; stays, whatever becomes of UUID and cards.
  package let id: MachineID
  /// May be one that counts as junk by now; see ``usableUUID``.
  package var uuid: MachineUUID?
  /// In the order in which they became known.
  package var macs: [MACAddress] = []
  /// May be one that counts as junk by now; see ``usableSerial``.
  package var serial: String?
  /// The asset tag.
  package var asset: String?
  /// Told by a boot or set by a person; see ``isHostnameTold``.
  package var hostname: String?
  /// The host name is what a boot told, and follows what the machine tells; else it stays.
  package var isHostnameTold = false
  /// Where it booted from last.
  package var ip: String?
  /// iPXE's `buildarch`, as it said last.
  package var arch: String?
  /// iPXE's `platform`, as it said last: `pcbios` or `efi`.
  package var platform: String?
  /// Its profile's name; `nil`: none takes it, and it holds no slot.
  package var profile: String?
  /// How far it has come; changed by ``Lifecycle`` alone.
  package var state = MachineState.unknown
  /// What people noted of it, for templates.
  package var metadata = Metadata()
  /// Of its cluster's etcd discovery.
  package var etcdToken: String?
  /// When the record was made.
  package var firstSeen: Timestamp
  /// `nil` while its disk is not ours to boot.
  package var installedAt: Timestamp?
  /// Counts how often it became `configured`; the token of an earlier time is worth nothing.
  package var generation = 0
  /// The batch that wrote the record; 0 where none says so. Only the store sets it.
  package var revision = 0
  /// What boots told once it was in use, and that is not in the record.
  package var told: [ToldNames] = []
  /// The batch in which a person last said that it is to be installed; `nil` once it is, or if nobody
  /// did. 0: the batch that writes it.
  ///
  /// Names that it has in common with machines in use before that batch hold it no more.
  package var claimedIn: Int?
  /// The batch in which it came into use; 0 where it is not in use, or since longer than is known.
  package var installedIn = 0
  /// What only Mayu's dialect knows of, under Mayu's names.
  package var mayu: [JSON.Member] = []
  /// Keys of the file that this version does not know; kept as they are.
  package var others: [JSON.Member] = []

  /// A machine of which nothing else is known.
  package init(id: MachineID, firstSeen: Timestamp) {
    self.id = id
    self.firstSeen = firstSeen
  }

  /// Is written down by a batch.
  ///
  /// Batches, and not the clock, say what came first: a clock can be set back.
  ///
  /// - Parameter old: the record until then.
  package mutating func stamp(batch: Int, from old: Machine?) {
    revision = batch
    if claimedIn == 0 { claimedIn = batch }
    guard isInUse else {
      installedIn = 0
      return
    }
    if let old, old.isInUse {
      installedIn = old.installedIn
    } else if old != nil || installedIn == 0 {
      installedIn = batch
    }
  }

  /// What people call it: the serial, else the ID.
  package var name: String { serial ?? id.description }

  /// Its disk holds what we installed: nobody writes to it unless a person says so.
  ///
  /// A machine that runs from memory is not in use in this sense.
  package var isInUse: Bool { installedAt != nil || state == .installed }

  /// The UUID, if it is one board's alone.
  package var usableUUID: MachineUUID? { uuid.flatMap { $0.isJunk ? nil : $0 } }

  /// The serial in lower case, if it is one that tells two boards apart.
  package var usableSerial: String? {
    serial.flatMap { JunkIdentity.contains($0) ? nil : $0.lowercased() }
  }

  /// A machine that reports another card at every boot must not grow without end.
  static let maxMACs = 32

  /// A name of RFC 1123: letters, digits, hyphens, dots; at most 253 bytes.
  package static func isHostname(_ text: String) -> Bool {
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isPlain = { (byte: UInt8) in
      ASCII.isAlphanumeric(byte) || byte == 0x2d || byte == 0x5f
    }
    return text.utf8.count <= 253
      && labels.allSatisfy {
        (1...63).contains($0.count) && $0.allSatisfy(isPlain) && $0.first != 0x2d
          && $0.last != 0x2d
      }
  }
}
