// Boot/Machines/Names: one name of a board.
// SPDX-License-Identifier: Apache-2.0

/// A name by which one board can be told from another.
package enum HardwareName: Hashable, Sendable, CustomStringConvertible {
  case uuid(MachineUUID)
  case mac(MACAddress)
  /// In lower case: case does not tell two boards apart.
  case serial(String)

  /// What kind of name it is, as records and people call it.
  package var kind: String {
    switch self {
    case .uuid: "uuid"
    case .mac: "mac"
    case .serial: "serial"
    }
  }

  /// The name alone.
  package var value: String {
    switch self {
    case .uuid(let uuid): uuid.description
    case .mac(let mac): mac.description
    case .serial(let text): text
    }
  }

  /// `mac 52:54:00:12:34:56`.
  package var description: String { "\(kind) \(value)" }
}

/// A machine, and the names that a boot or another record has in common with it.
package struct SharedNames: Equatable, Sendable, CustomStringConvertible {
  package let machine: MachineID
  package let names: [HardwareName]
  /// Its record cannot be used: it is to be mended, or removed, and no claim decides that.
  package let isDamaged: Bool

  package init(_ machine: MachineID, _ names: [HardwareName], isDamaged: Bool = false) {
    self.machine = machine
    self.names = names
    self.isDamaged = isDamaged
  }

  /// For the log and for people who administer machines: it names the other machine.
  package var description: String {
    "\(names.map(\.description).joined(separator: " and ")) of machine \(machine)"
      + (isDamaged ? ", whose record cannot be used: mend it, or remove it" : "")
  }

  /// For whoever asks: the kinds alone, `mac and serial`.
  package var kinds: String { names.map(\.kind).joined(separator: " and ") }
}
