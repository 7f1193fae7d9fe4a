// Boot/Machines: the name a machine keeps.
// SPDX-License-Identifier: Apache-2.0

/// A machine's ID: its UUID, else its first MAC with dashes; once given it never changes.
package struct MachineID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ uuid: MachineUUID) { description = uuid.description }
  package init(_ mac: MACAddress) { description = mac.dashed }

  /// Reads an ID as it is written: in lower case, a UUID or a MAC with dashes.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)[...]
    let isUUID = bytes.count == 36 && MachineUUID(bytes) != nil
    let isMAC = bytes.count == 17 && bytes.contains(UInt8(ascii: "-")) && MACAddress(bytes) != nil
    guard isUUID || isMAC, !bytes.contains(where: { (0x41...0x5a).contains($0) }) else {
      return nil
    }
    description = String(text)
  }

  package var uuid: MachineUUID? { MachineUUID(description) }
  package var mac: MACAddress? { MACAddress(description) }

  package static func < (left: MachineID, right: MachineID) -> Bool {
    left.description < right.description
  }
}
