// Boot/Machines/Rules: a person decides that two records are one machine.
// SPDX-License-Identifier: Apache-2.0

extension Rules {
  /// NEW is OLD: the names of NEW move over to OLD, whose state and profile stay, and NEW goes.
  ///
  /// - Throws: ``MachineError/notInDoubt(_:with:)`` where it is not one machine that NEW may be.
  package func same(_ new: MachineID, why: String) throws(MachineError) -> Decision {
    let machine = try known(new)
    let sharing = machine.isInUse ? [] : roster.doubts(about: machine)
    guard sharing.count == 1, let old = roster[sharing[0].machine]?.machine else {
      throw .notInDoubt(new, with: sharing.map(\.machine))
    }
    return joined(old, machine, why: why)
  }

  /// The same for all where NEW can only be OLD, and OLD only NEW; takes time in proportion to the records.
  package func allOneToOne(why: String) -> [Decision] {
    roster.doubts.filter(\.isOneToOne).compactMap { doubt in
      guard let old = roster[doubt.old]?.machine, let new = roster[doubt.new]?.machine else {
        return nil
      }
      return joined(old, new, why: why)
    }
  }

  private func joined(_ old: Machine, _ new: Machine, why: String) -> Decision {
    var machine = old
    var replaced = ToldNames()
    if let uuid = new.usableUUID, uuid != old.uuid {
      replaced.uuid = old.usableUUID
      machine.uuid = uuid
      machine.forgetTold("uuid")
    }
    if let serial = new.serial, new.usableSerial != nil, new.usableSerial != old.usableSerial {
      replaced.serial = old.usableSerial == nil ? nil : old.serial
      machine.serial = serial
      machine.forgetTold("serial")
    }
    for mac in new.macs where !machine.macs.contains(mac) && machine.macs.count < Machine.maxMACs {
      machine.macs.append(mac)
    }
    machine.forgetTold("macs")
    machine.asset = new.asset ?? old.asset
    (machine.ip, machine.arch) = (new.ip ?? old.ip, new.arch ?? old.arch)
    machine.platform = new.platform ?? old.platform
    // Firmware that is set back says the old names once more, and by another card perhaps.
    if machine.isInUse { machine.told = replaced.added(to: machine.told) ?? machine.told }
    var decision = Decision(machine, why: why)
    decision.removals = [Decision.Removal(id: new.id, why: "it is machine \(old.id)")]
    return decision
  }
}
