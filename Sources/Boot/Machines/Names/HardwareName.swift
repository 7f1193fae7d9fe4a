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
