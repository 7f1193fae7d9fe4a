// Boot/Machines/Roster: which machine a boot is.
// SPDX-License-Identifier: Apache-2.0

/// What a boot's names lead to.
package enum Identification: Sendable {
  /// It is this machine.
  ///
  /// - Parameter sharing: machines in use that it has names in common with, and about which no person
  ///   has decided; then it gets no installer.
  case known(Roster.Entry, sharing: [SharedNames])
  /// A machine that was never seen; `sharing` as with a known one.
  case new(MachineID, sharing: [SharedNames])
  /// It says the UUID of this machine, and is another board.
  case contradiction(Roster.Entry)
  /// Several machines with a profile fit, the best of them first.
  case several([Roster.Entry])
  /// The record that it has a name of cannot be used.
  case damaged(MachineID, MachineError)
  /// The record of the ID that it would get is about other hardware.
  case otherHardware(MachineID)
  /// It told nothing that finds a machine, or that one could be made of.
  case nameless(sharing: [SharedNames])

  /// The record that was found.
  package var entry: Roster.Entry? {
    if case .known(let entry, _) = self { entry } else { nil }
  }

  /// The record that may note what the boot tells.
  ///
  /// Where several fit it is a machine in use whose UUID nobody knows: its board may say one now, and
  /// come by another card next.
  package var noting: Roster.Entry? {
    switch self {
    case .known(let entry, _): entry
    case .several(let entries):
      entries.first { $0.machine.isInUse && $0.machine.usableUUID == nil }
    case .new, .contradiction, .damaged, .otherHardware, .nameless: nil
    }
  }

  /// Whether ``Rules/observe(_:)`` would note something; cheap, for every boot asks.
  package func wouldNote(_ boot: BootIdentity) -> Bool {
    noting?.machine.wouldNote(boot) ?? false
  }
}

extension Roster {
  /// Finds the machine that boots.
  ///
  /// u, m, s are the UUID, MAC and serial that the boot says, as far as they tell one board from
  /// another. Of each record R that has one of them the first line that fits says what it is:
  ///
  ///     u is R's, and m is R's, or s is R's, or one side has no s     it is R
  ///     u is R's                                                      another board says R's UUID
  ///     the boot or R has no u; m is R's; the serials do not differ   it is R
  ///     neither side has u; nobody has m; s is R's alone              it is R
  ///     m or s is R's or was told of it, R is in use,
  ///       and the serials do not differ                               in doubt
  ///     else                                                          it is not R
  ///
  /// Only records with a profile count; one without is found where none of those fits.
  package func identify(_ boot: BootIdentity) -> Identification {
    if let entry = soleEntry(boot) { return .known(entry, sharing: []) }
    return BoardSearch(self, boot).result()
  }

  /// The record that is named after the boot's UUID, where all that the boot says is of this record and of no
  /// other one: the first line of the table, as it fits nearly every boot, at the price of one look-up.
  private func soleEntry(_ boot: BootIdentity) -> Entry? {
    guard let uuid = boot.uuid, case let id = MachineID(uuid), let entry = self[id],
      entry.uuid == uuid, entry.machine.profile != nil, uuids.isAlone(id, with: uuid),
      // Cards and serials that were told of another machine hold only newcomers.
      told.isEmpty || told[.uuid(uuid)].count == 0
    else { return nil }
    if let mac = boot.mac {
      guard entry.machine.macs.contains(mac), macs.isAlone(id, with: mac) else { return nil }
    }
    if let serial = boot.serial?.lowercased() {
      guard entry.serial == serial, serials.isAlone(id, with: serial) else { return nil }
    }
    return entry
  }

  /// Machines in use that a record has names in common with by its own names alone, and about which no
  /// person has decided.
  package func doubts(about machine: Machine) -> [SharedNames] {
    var found: [SharedNames] = []
    let macs = machine.macs.isEmpty ? [nil] : machine.macs.map { Optional($0) }
    for mac in macs {
      var boot = BootIdentity()
      boot.uuid = machine.usableUUID
      boot.mac = mac
      boot.serial = machine.usableSerial
      found += BoardSearch(self, boot).doubts(besides: machine)
    }
    return SharedNames.joined(found)
  }
}

extension SharedNames {
  /// One for each machine, with all names.
  static func joined(_ list: [SharedNames]) -> [SharedNames] {
    var joined: [SharedNames] = []
    for item in list {
      if let index = joined.firstIndex(where: { $0.machine == item.machine }) {
        let more = item.names.filter { !joined[index].names.contains($0) }
        joined[index] = SharedNames(item.machine, joined[index].names + more)
      } else {
        joined.append(item)
      }
    }
    return joined
  }
}
