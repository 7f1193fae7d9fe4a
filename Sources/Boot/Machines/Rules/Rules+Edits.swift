// Boot/Machines/Rules: what people change.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Rules {
  /// People change a machine.
  ///
  /// - Parameter present: the record as they can see it.
  /// - Throws: ``MachineError``, which names the key: 400 for a value, 404, or 409 for what is another one's.
  package func edit(
    _ id: MachineID, _ edit: MachineEdit, present: JSON?, why: String
  ) throws(MachineError) -> Decision {
    let machine = try known(id)
    return try apply(edit, to: machine, from: machine, present: present, why: why)
  }

  /// People make a machine before it has ever booted, or take over one that runs already.
  ///
  /// Only a PUT makes one: a claim of what was never seen may be a slip.
  ///
  /// - Throws: ``MachineError`` as ``edit(_:_:present:why:)``, and where its record cannot be used: 500.
  package func make(
    _ id: MachineID, _ edit: MachineEdit, why: String
  ) throws(MachineError) -> Decision {
    if let damage = roster.damage(of: id) { throw damage }
    let nothing = Machine(id: id, firstSeen: now)
    var machine = nothing
    machine.uuid = id.uuid
    machine.macs = [id.mac].compactMap { $0 }
    return try apply(
      edit, to: machine, from: nothing, present: machine.answer(Machine.Sightings()), why: why)
  }

  /// Somebody edited a record's file: that is a person's word as well.
  ///
  /// - Parameter machine: as the file says.
  package func editedByHand(_ machine: Machine) -> Decision {
    var machine = machine
    let before = roster[machine.id]?.machine
    if machine.state == .unknown { machine.profile = nil }
    let waits = machine.state == .configured || machine.state == .installing
    if waits, before?.state != machine.state || before?.profile != machine.profile {
      machine.claimedIn = 0
    }
    return Decision(machine, why: "its file was edited")
  }

  /// - Parameters:
  ///   - start: what the edit is applied to.
  ///   - before: the record as it is.
  private func apply(
    _ edit: MachineEdit, to start: Machine, from before: Machine, present: JSON?, why: String
  ) throws(MachineError) -> Decision {
    var machine = start
    let wanted = try edit.apply(to: &machine, present: present)
    let profile = machine.profile
    machine.profile = before.profile
    let removals = try namesTaken(by: machine, before: before)
    try change(&machine, profile: profile, from: before)
    let isBefore = before.state == .unknown || before.state == .configured
    let hadProfile = before.profile != nil && edit.givesProfile == nil
    if let wanted, wanted == .installed || wanted == .running, isBefore, !hadProfile,
      machine.profile != nil
    {
      try move(&machine, to: wanted, by: .takeOver)
    } else if let wanted {
      try move(&machine, to: wanted, by: .person)
    }
    if edit.givesProfile != nil || wanted == .configured {
      claimAgain(&machine, from: before, isPatch: edit.merges)
    }
    var decision = Decision(machine, why: why)
    decision.removals = removals
    return decision
  }

  /// A person says once more that a machine which waits is to be installed.
  ///
  /// It is so already; said again it decides about what has come in the way since. A whole record that is
  /// sent back as it was read says so only where something is.
  private func claimAgain(_ machine: inout Machine, from before: Machine, isPatch: Bool) {
    guard machine.state == .configured || machine.state == .installing,
      machine.generation == before.generation, machine.profile == before.profile
    else { return }
    let isStale = careful.map { !$0.allows(machine) } ?? false
    if isPatch || isStale || !roster.doubts(about: machine).isEmpty { machine.claimedIn = 0 }
  }

  private func change(
    _ machine: inout Machine, profile: String?, from before: Machine
  ) throws(MachineError) {
    guard profile != before.profile else { return }
    let candidate = profiles[profile]
    if machine.etcdToken == before.etcdToken {
      machine.etcdToken = candidate.flatMap { clusters[$0.etcdCluster] }
    }
    if let name = profile {
      guard let candidate else {
        throw .unusableProfile(name: name, reason: "there is no profiles/\(name).json")
      }
      if let problem = candidate.problem { throw .unusableProfile(name: name, reason: problem) }
      if let quantity = candidate.quantity, roster.count(profile: name) >= quantity {
        throw .full(profile: name, quantity: quantity)
      }
    }
    try Lifecycle.give(
      profile, to: &machine, by: .person, installs: candidate?.installs, now: now)
  }

  /// Names that a machine is given must be nobody's who has a profile.
  ///
  /// - Returns: records without a profile that were this machine all along, or are nobody without the
  ///   name that they lose.
  private func namesTaken(
    by machine: Machine, before: Machine
  ) throws(MachineError) -> [Decision.Removal] {
    var absorbed: Set<MachineID> = []
    if let uuid = machine.uuid, uuid != before.uuid {
      let owners = owners(of: uuid, machine.id)
      try check("uuid", uuid.description, owners)
      absorbed.formUnion(owners)
    }
    for mac in machine.macs where !before.macs.contains(mac) {
      let owners = owners(of: mac, machine.id)
      try check("macs", mac.description, owners)
      // With a UUID of its own a record without a profile may keep the card: it holds nobody.
      absorbed.formUnion(
        owners.filter { id in
          let uuid = roster[id]?.machine.usableUUID
          return uuid == nil || uuid == machine.usableUUID
        })
    }
    return absorbed.sorted().map { id in
      Decision.Removal(id: id, why: "it is machine \(machine.id)")
    }
  }

  private func owners(of uuid: MachineUUID, _ id: MachineID) -> [MachineID] {
    roster.holders(of: uuid, besides: id)
  }

  private func owners(of mac: MACAddress, _ id: MachineID) -> [MachineID] {
    roster.holders(of: mac, besides: id)
  }

  private func check(
    _ key: String, _ value: String, _ owners: [MachineID]
  ) throws(MachineError) {
    for owner in owners where roster[owner]?.machine.profile != nil || roster[owner] == nil {
      throw .taken(key: key, value: value, by: owner)
    }
  }
}
