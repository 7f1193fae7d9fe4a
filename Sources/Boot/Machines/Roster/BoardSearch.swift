// Boot/Machines/Roster: the table that says which machine a boot is.
// SPDX-License-Identifier: Apache-2.0

/// One search for the board that boots.
struct BoardSearch {
  private let roster: Roster
  private let uuid: MachineUUID?
  private let mac: MACAddress?
  /// In lower case; `nil` where so many boards have it that it says nothing.
  private let serial: String?
  /// So many boards boot from this card that it is none of theirs.
  private let isDock: Bool
  /// Who has the boot's names.
  private let byUUID: Holders
  private let byMAC: Holders
  private let bySerial: Holders

  /// Records of one name that are looked at; where there are more, it is nobody's name.
  private static let most = 16
  /// Boards that make a serial a filler, and a card a dock.
  private static let crowd = 3

  init(_ roster: Roster, _ boot: BootIdentity) {
    self.roster = roster
    uuid = boot.uuid
    mac = boot.mac
    byUUID = roster.uuids[boot.uuid]
    byMAC = roster.macs[boot.mac]
    isDock = Self.isCrowd(byMAC, in: roster)
    let text = boot.serial?.lowercased()
    let holders = roster.serials[text]
    let isFiller = Self.isCrowd(holders, in: roster)
    serial = isFiller ? nil : text
    bySerial = isFiller ? .nobody : holders
  }

  /// Whether three boards with a profile have a name: only UUIDs that differ say that they are three.
  private static func isCrowd(_ holders: Holders, in roster: Roster) -> Bool {
    guard holders.count(.inUse) + holders.count(.waiting) >= crowd else { return false }
    var boards: Set<MachineUUID> = []
    for id in holders.first(most, .inUse) + holders.first(most, .waiting) {
      if let uuid = roster[id]?.uuid { boards.insert(uuid) }
    }
    return boards.count >= crowd
  }

  /// What a record is to the boot.
  private enum Relation {
    case same
    /// It has the boot's UUID and is another board.
    case contradiction
    /// They have names in common, and nothing tells them apart; some may only have been told of it.
    case doubt([HardwareName], told: [HardwareName])
    case none
  }

  /// The table of ``Roster/identify(_:)``, for one record.
  private func relation(to entry: Roster.Entry) -> Relation {
    let its = entry.uuid
    let hasCard = mac.map { entry.machine.macs.contains($0) } ?? false
    let differ = serialsDiffer(from: entry)
    let hasSerial = serial != nil && serial == entry.serial
    if let uuid, uuid == its {
      return !differ || hasCard && !isDock ? .same : .contradiction
    }
    if uuid == nil || its == nil {
      if hasCard, !differ { return .same }
      if uuid == nil, its == nil, hasSerial, isAlone(entry) { return .same }
    }
    if differ { return .none }
    var names: [HardwareName] = []
    if let mac, hasCard, !isDock { names.append(.mac(mac)) }
    if let serial, hasSerial { names.append(.serial(serial)) }
    if entry.machine.isInUse {
      let told = entry.machine.told.flatMap(\.hardware).filter { isSaid($0) && !names.contains($0) }
      return names.isEmpty && told.isEmpty ? .none : .doubt(names, told: told)
    }
    // Toward a machine that is not in use only card and serial together are too much alike.
    return names.count == 2 ? .doubt(names, told: []) : .none
  }

  /// What is doubtful about the boot.
  ///
  /// That a request told a card or serial of another machine does not hold one that has a profile: else
  /// anyone could hold a machine that is known. A UUID was told only of a board that had none.
  private func sharing(
    _ other: Machine, _ names: [HardwareName], told: [HardwareName], isNewcomer: Bool
  ) -> SharedNames? {
    let all = names + counting(told, isNewcomer: isNewcomer)
    return all.isEmpty ? nil : SharedNames(other.id, all)
  }

  private func counting(_ told: [HardwareName], isNewcomer: Bool) -> [HardwareName] {
    told.filter { name in
      if case .uuid = name { true } else { isNewcomer }
    }
  }

  private func isSaid(_ name: HardwareName) -> Bool {
    switch name {
    case .uuid(let its): its == uuid
    case .mac(let its): its == mac && !isDock
    case .serial(let its): its == serial
    }
  }

  private func serialsDiffer(from entry: Roster.Entry) -> Bool {
    guard let serial, let its = entry.serial, its != serial else { return false }
    return !Self.isCrowd(roster.serials[its], in: roster)
  }

  /// Whether a serial alone may find a record: nobody has the boot's card, and no other record with a
  /// profile the serial.
  private func isAlone(_ entry: Roster.Entry) -> Bool {
    guard serial != nil else { return false }
    func counting(_ holders: Holders) -> Int { holders.count - holders.count(.stranger) }
    // To a stranger other strangers are its equals.
    return counting(byMAC) == 0
      && (entry.machine.profile == nil
        ? byMAC.count == 0 && bySerial.count == 1 : counting(bySerial) == 1)
  }
}

extension BoardSearch {
  /// The records that have a name of the boot and a profile, each once.
  private var related: [Roster.Entry] {
    var ids: [MachineID] = []
    func add(_ holders: Holders, _ standings: [Standing] = [.inUse, .waiting]) {
      for id in standings.flatMap({ holders.first(Self.most, $0) }) where !ids.contains(id) {
        ids.append(id)
      }
    }
    for holders in [byUUID, byMAC, bySerial] { add(holders) }
    for name in said { add(roster.told[name], [.inUse]) }
    return ids.compactMap { roster[$0] }
  }

  /// The names that the boot says.
  private var said: [HardwareName] {
    [uuid.map { HardwareName.uuid($0) }, mac.map { .mac($0) }, serial.map { .serial($0) }]
      .compactMap { $0 }
  }

  /// More have the card than are looked at: none of them is it for certain.
  private var isOverrun: Bool {
    max(byMAC.count(.inUse), byMAC.count(.waiting)) > Self.most && (uuid == nil || !isDock)
  }

  func result() -> Identification {
    var (fits, contradicting) = ([Roster.Entry](), [Roster.Entry]())
    var doubtful: [(machine: Machine, names: [HardwareName], told: [HardwareName])] = []
    for entry in related {
      switch relation(to: entry) {
      case .same: fits.append(entry)
      case .contradiction: contradicting.append(entry)
      case .doubt(let names, let told): doubtful.append((entry.machine, names, told))
      case .none: break
      }
    }
    let sharing = doubtful.compactMap {
      self.sharing($0.machine, $0.names, told: $0.told, isNewcomer: fits.isEmpty)
    }
    contradicting.sort(by: precedes)
    if fits.count == 1, !isOverrun { return found(fits[0], contradicting, sharing) }
    if !fits.isEmpty { return .several(fits.sorted(by: precedes)) }
    if let (id, _) = damagedNames(isNewcomer: true).first, let damage = roster.broken(id) {
      return .damaged(id, damage.error)
    }
    if let entry = contradicting.first { return .contradiction(entry) }
    if let stranger { return .known(stranger, sharing: sharing) }
    return uuid == nil && mac == nil ? bySerialAlone : new(sharing)
  }

  /// Who has the UUID first, then by ID.
  private func precedes(_ left: Roster.Entry, _ right: Roster.Entry) -> Bool {
    let has = [left, right].map { uuid != nil && $0.uuid == uuid }
    return has[0] == has[1] ? left.machine.id < right.machine.id : has[0]
  }

  /// One record with a profile fits; whether others are in the way of an installer.
  private func found(
    _ entry: Roster.Entry, _ contradicting: [Roster.Entry], _ sharing: [SharedNames]
  ) -> Identification {
    let machine = entry.machine
    if machine.isInUse { return .known(entry, sharing: []) }
    if let other = contradicting.first {
      // Two records that say one UUID hold both; a board that a person named by its card is that.
      if entry.uuid == uuid { return .several([entry] + contradicting) }
      let isSettled = contradicting.allSatisfy { isDecided(machine, about: $0.machine.id) }
      if !isSettled { return .contradiction(other) }
    }
    var sharing = sharing.filter { !isDecided(machine, about: $0.machine) }
    for (id, names) in damagedNames(isNewcomer: false) {
      sharing.append(SharedNames(id, names, isDamaged: true))
    }
    return .known(entry, sharing: sharing)
  }

  /// Whether a person said that a machine is to be installed while the other one was in use already.
  private func isDecided(_ machine: Machine, about id: MachineID) -> Bool {
    guard let claimedIn = machine.claimedIn, let other = roster[id]?.machine else { return false }
    return other.installedIn < claimedIn
  }

  /// The boot says a serial and no more, or nothing.
  private var bySerialAlone: Identification {
    guard let serial else { return .nameless(sharing: []) }
    let profiled = [Standing.inUse, .waiting].flatMap { bySerial.first(Self.most, $0) }
    let ids = profiled.isEmpty ? bySerial.first(Self.most, .stranger) : profiled
    let sharing = ids.sorted().map { SharedNames($0, [.serial(serial)]) }
    guard ids.count == 1, let entry = roster[ids[0]] else { return .nameless(sharing: sharing) }
    // It has a UUID that the boot does not say: whoever knows a serial gets no installer for it.
    let isHarmless = entry.machine.isInUse || entry.machine.profile == nil
    return .known(entry, sharing: isHarmless ? [] : sharing)
  }

  /// A machine that was never seen: its UUID is its ID, else its MAC.
  private func new(_ sharing: [SharedNames]) -> Identification {
    var taken: MachineID?
    for id in [uuid.map { MachineID($0) }, mac.map { MachineID($0) }].compactMap({ $0 }) {
      if let damage = roster.damage(of: id) { return .damaged(id, damage) }
      guard let entry = roster[id] else { return .new(id, sharing: sharing) }
      taken = taken ?? id
      // A record without a profile holds nobody, not even who says its UUID and is another board.
      if entry.machine.profile != nil { break }
    }
    return taken.map { .otherHardware($0) } ?? .nameless(sharing: sharing)
  }
}

extension BoardSearch {
  /// The record without a profile that the boot is.
  private var stranger: Roster.Entry? {
    func fitting(_ ids: [MachineID]) -> [Roster.Entry] {
      ids.compactMap { roster[$0] }.filter { entry in
        guard entry.machine.profile == nil, case .same = relation(to: entry) else {
          return false
        }
        return true
      }.sorted(by: precedes)
    }
    if let uuid {
      let own = fitting([MachineID(uuid)] + byUUID.first(Self.most, .stranger))
      if let entry = own.first { return entry }
    }
    if let mac {
      if let entry = fitting([MachineID(mac)]).first { return entry }
      let cards = fitting(byMAC.first(Self.most, .stranger))
      let plain = cards.filter { $0.uuid == nil }
      if plain.count == 1 { return plain[0] }
      if uuid == nil, byMAC.count(.stranger) == 1, let entry = cards.first {
        return entry
      }
    }
    return uuid == nil ? fitting(bySerial.first(Self.most, .stranger)).first : nil
  }

  /// Records that cannot be read, and what the boot has in common with each.
  ///
  /// - Parameter isNewcomer: the boot is of no record with a profile; then what boots told counts wholly.
  private func damagedNames(isNewcomer: Bool) -> [(id: MachineID, names: [HardwareName])] {
    guard roster.isDamaged else { return [] }
    let said = said
    let holders = [byUUID, byMAC, bySerial] + said.map { roster.told[$0] }
    let all = Set(holders.flatMap { $0.first(Self.most, .damaged) })
    return all.sorted().compactMap { id in
      guard let damage = roster.broken(id) else { return nil }
      var names = names(of: damage)
      let differs = serial.map { !damage.serials.isEmpty && !damage.serials.contains($0) } ?? false
      if !differs {
        let told = said.filter { damage.told.contains($0) && isSaid($0) && !names.contains($0) }
        names += counting(told, isNewcomer: isNewcomer)
      }
      return names.isEmpty ? nil : (id, names)
    }
  }

  /// What the boot has in common with a record that cannot be read.
  private func names(of damage: Roster.Damage) -> [HardwareName] {
    if let uuid, damage.uuids.contains(uuid) { return [.uuid(uuid)] }
    if let serial, !damage.serials.isEmpty, !damage.serials.contains(serial) { return [] }
    var names: [HardwareName] = []
    let isOneOfMany = isDock && uuid != nil && !damage.uuids.isEmpty
    if let mac, damage.macs.contains(mac), !isOneOfMany { names.append(.mac(mac)) }
    if let serial, damage.serials.contains(serial) { names.append(.serial(serial)) }
    return names
  }

  /// Other machines that the names are of, as far as no person has decided.
  func doubts(besides machine: Machine) -> [SharedNames] {
    related.compactMap { entry in
      let other = entry.machine
      guard other.id != machine.id, !isDecided(machine, about: other.id) else { return nil }
      switch relation(to: entry) {
      case .none: return nil
      case .doubt(let names, let told):
        return sharing(other, names, told: told, isNewcomer: machine.profile == nil)
      case .same, .contradiction:
        return other.isInUse ? SharedNames(other.id, names(of: entry)) : nil
      }
    }
  }

  private func names(of entry: Roster.Entry) -> [HardwareName] {
    var names: [HardwareName] = []
    if let uuid, uuid == entry.uuid { names.append(.uuid(uuid)) }
    if let mac, entry.machine.macs.contains(mac) { names.append(.mac(mac)) }
    if let serial, serial == entry.serial { names.append(.serial(serial)) }
    return names
  }
}
