// Boot/Machines/Names: names that two machines have in common.
// SPDX-License-Identifier: Apache-2.0

/// A machine, and the names that a boot or another record has in common with it.
package struct SharedNames: Equatable, Sendable, CustomStringConvertible {
  /// The other machine.
  package let machine: MachineID
  /// What both have; at least one.
  package let names: [HardwareName]
  /// Its record cannot be used: it is to be mended, or removed, and no claim decides that.
  package let isDamaged: Bool

  /// - Parameter names: what both have.
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
