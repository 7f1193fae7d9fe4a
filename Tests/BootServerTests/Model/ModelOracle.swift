// BootServerTests/Model: which board is which, asked of all records one after another.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// The table of STORE.md for one question: must a boot not be installed over a machine in use?
struct ModelOracle {
  let roster: Roster

  /// Whether three boards with a profile have a name.
  private func isCrowd(_ has: (Machine) -> Bool) -> Bool {
    var boards: Set<MachineUUID> = []
    for entry in roster.all where entry.machine.profile != nil && has(entry.machine) {
      if let uuid = entry.machine.usableUUID { boards.insert(uuid) }
    }
    return boards.count >= 3
  }

  private func usable(_ serial: String?) -> String? {
    guard let serial = serial?.lowercased() else { return nil }
    return isCrowd { $0.usableSerial == serial } ? nil : serial
  }

  /// The name by which a boot may be a machine in use.
  ///
  /// - Parameter served: the machine whose script it is; what boots told another one of its own card
  ///   or serial holds it not.
  func commonName(_ boot: BootIdentity, _ machine: Machine, served: Machine) -> HardwareName? {
    if let uuid = boot.uuid, uuid == machine.usableUUID { return .uuid(uuid) }
    let (serial, its) = (usable(boot.serial), usable(machine.usableSerial))
    if let serial, let its { return serial == its ? .serial(serial) : nil }
    if let mac = boot.mac, machine.macs.contains(mac) {
      let isDock = isCrowd { $0.macs.contains(mac) }
      if !isDock || boot.uuid == nil || machine.usableUUID == nil { return .mac(mac) }
    }
    for told in machine.told {
      if let uuid = told.uuid, uuid == boot.uuid { return .uuid(uuid) }
      if let mac = told.mac, mac == boot.mac, !served.macs.contains(mac),
        !isCrowd({ $0.macs.contains(mac) })
      {
        return .mac(mac)
      }
      if let text = told.serial?.lowercased(), text == serial, served.usableSerial != text {
        return .serial(text)
      }
    }
    return nil
  }
}
