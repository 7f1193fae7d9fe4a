// Boot/Machines/Names: the name a machine keeps.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A machine's ID: its UUID, else its first MAC with dashes; once given it never changes.
///
/// 16 bytes: a UUID's, or 64 ones, 16 zeros and the 48 bits of a MAC. No board is believed that says
/// a UUID of that corner, so that an ID is one or the other.
package struct MachineID: Hashable, Comparable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  private static let corner = UInt64.max

  /// Of a machine that says a UUID.
  package init(_ uuid: MachineUUID) { (high, low) = (uuid.high, uuid.low) }
  /// Of a machine that says none.
  package init(_ mac: MACAddress) { (high, low) = (Self.corner, mac.value) }

  static func isCorner(high: UInt64, low: UInt64) -> Bool { high == corner && low >> 48 == 0 }

  /// Reads an ID as it is written: in lower case, a UUID or a MAC with dashes.
  ///
  /// A UUID that counts as junk by now still names the record that has it as its ID.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)[...]
    guard !bytes.contains(where: { (0x41...0x5a).contains($0) }) else { return nil }
    if bytes.count == 36, let uuid = MachineUUID(anyBoards: bytes),
      !Self.isCorner(high: uuid.high, low: uuid.low)
    {
      self.init(uuid)
    } else if bytes.count == 17, bytes.contains(UInt8(ascii: "-")), let mac = MACAddress(bytes) {
      self.init(mac)
    } else {
      return nil
    }
  }

  private var isMAC: Bool { Self.isCorner(high: high, low: low) }

  /// The UUID that it is, if that names one machine alone.
  package var uuid: MachineUUID? {
    if isMAC { return nil }
    let uuid = MachineUUID(high: high, low: low)
    return uuid.isJunk ? nil : uuid
  }
  /// The card that the machine was named by; `nil`: it has its name by a UUID.
  package var mac: MACAddress? { isMAC ? MACAddress(valid: low) : nil }

  /// The name of its record's file: a UUID in small letters, or a MAC with hyphens.
  package var description: String {
    mac?.dashed ?? MachineUUID(high: high, low: low).description
  }

  /// Adds its description, for scripts and the log, which are bytes.
  package func append(to text: inout [UInt8]) {
    if let mac {
      text += mac.dashed.utf8
    } else {
      MachineUUID(high: high, low: low).append(to: &text)
    }
  }

  /// UUIDs first, then MACs, each in the order of their digits.
  package static func < (left: MachineID, right: MachineID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
