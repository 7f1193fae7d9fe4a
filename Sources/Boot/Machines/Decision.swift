// Boot/Machines: what a request changes.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A record as it shall be, and why.
package struct Decision: Sendable {
  package var machine: Machine
  package let why: String
  /// For an unknown machine: why no profile takes it.
  package var choice = Choice.none
  /// A machine without a profile whose names this one takes over: it was this one all along.
  package var absorbed: MachineID?

  package init(_ machine: Machine, why: String) {
    self.machine = machine
    self.why = why
  }
}

/// The rules, as functions of what is known; nothing here is written down.
package struct Rules {
  package let roster: Roster
  package let candidates: [Candidate]
  /// Tokens of etcd's discovery that there are already.
  package let clusters: [String: String]
  package let now: Timestamp

  package init(
    roster: Roster, candidates: [Candidate], clusters: [String: String] = [:], now: Timestamp
  ) {
    self.roster = roster
    self.candidates = candidates
    self.clusters = clusters
    self.now = now
  }

  /// The etcd cluster that a machine belongs to, by its profile.
  package func cluster(of id: MachineID) -> String {
    candidate(roster[id]?.machine.profile)?.etcdCluster ?? "default"
  }

  /// Machines without a profile that are kept; a record takes about a kilobyte of memory.
  package static let maxStrangers = 50_000

  private func candidate(_ name: String?) -> Candidate? {
    name.flatMap { name in candidates.first { $0.name == name } }
  }

  /// A machine boots: it is found or made, and matched while it has no profile.
  package func contact(_ identity: BootIdentity) throws(MachineError) -> Decision {
    var machine: Machine
    switch roster.find(identity) {
    case .known(let entry): machine = entry.machine
    case .damaged(_, let error), .ambiguous(let error): throw error
    case .new:
      guard let id = identity.uuid.map({ MachineID($0) }) ?? identity.mac.map({ MachineID($0) })
      else { throw .unknownMachine("by these parameters") }
      if let damage = roster.damage(of: id) { throw damage }
      // Its own record, if it had one, would have been found by what it is about.
      guard roster[id] == nil else { throw .otherHardware(id) }
      machine = Machine(id: id, firstSeen: now)
    }
    let id = machine.id
    machine.learn(identity) { roster.owner($0, nil, besides: id) != nil }
    guard machine.state == .unknown else { return Decision(machine, why: "it boots") }
    let choice = choice(for: machine, bootingFrom: identity.mac)
    var decision: Decision
    if case .profile(let name, let why) = choice {
      machine.profile = name
      machine.etcdToken = clusters[candidate(name)?.etcdCluster ?? ""]
      machine.configure()
      decision = Decision(machine, why: why)
    } else {
      guard roster[id] != nil || roster.strangers < Self.maxStrangers else {
        throw .tooManyStrangers(limit: Self.maxStrangers)
      }
      decision = Decision(machine, why: "it boots, and no profile takes it")
    }
    decision.choice = choice
    return decision
  }

  private func choice(for machine: Machine, bootingFrom mac: MACAddress?) -> Choice {
    // The board of a machine in use, with a UUID that new firmware gave it, would be installed over.
    if let mac, let serial = machine.serial?.lowercased() {
      let same = roster.machines(serial: serial).first { id in
        guard id != machine.id, let other = roster[id]?.machine else { return false }
        return other.profile != nil && other.macs.contains(mac)
      }
      if let same { return .resembles(same) }
    }
    var seen = machine
    if let mac, !seen.macs.contains(mac) { seen.macs.append(mac) }
    return Selection.choose(for: seen, among: candidates) { roster.count(profile: $0) }
  }

  /// A known machine tells something new of itself.
  package func observe(
    _ id: MachineID, _ identity: BootIdentity
  ) throws(MachineError) -> Decision {
    var machine = try known(id)
    machine.learn(identity) { roster.owner($0, nil, besides: id) != nil }
    return Decision(machine, why: "it boots")
  }

  /// The installer's script is about to be served.
  package func beginInstall(_ id: MachineID) throws(MachineError) -> Decision {
    var machine = try known(id)
    guard machine.state == .configured else { return Decision(machine, why: "it boots") }
    machine.state = .installing
    return Decision(machine, why: "its installer's script is served")
  }

  /// A machine reports with the token it was given.
  ///
  /// - Parameter authority: who says so, if not the machine with its token.
  package func report(
    _ id: MachineID, _ state: MachineState, authority: String? = nil
  ) throws(MachineError) -> Decision {
    var machine = try known(id)
    let why = authority ?? "it reports so with its token"
    // A report that comes again says nothing new, also when others came in between.
    if state == .installed, machine.state == .running, machine.installedAt != nil {
      return Decision(machine, why: why)
    }
    try enter(state, &machine)
    return Decision(machine, why: why)
  }

  /// People change a machine.
  ///
  /// - Parameter present: the record as they can see it.
  package func edit(
    _ id: MachineID, _ edit: MachineEdit, present: JSON?, why: String
  ) throws(MachineError) -> Decision {
    let before = try known(id)
    var machine = before
    let wanted = try edit.apply(to: &machine, present: present)
    let absorbed = try absorbed(by: machine, before: before)
    try changeProfile(of: &machine, from: before)
    if let wanted, !(before.state == .unknown && takeOver(&machine, wanted)) {
      try enter(wanted, &machine)
    }
    var decision = Decision(machine, why: why)
    decision.absorbed = absorbed
    return decision
  }

  /// A machine that was installed before it was known.
  ///
  /// - Returns: `false` where there is nothing to take over.
  private func takeOver(_ machine: inout Machine, _ state: MachineState) -> Bool {
    guard state == .installed || state == .running, machine.profile != nil else { return false }
    machine.state = state
    machine.installedAt = candidate(machine.profile)?.installs == false ? nil : now
    return true
  }

  /// People make a machine before it has ever booted, or take over one that runs already.
  package func make(
    _ id: MachineID, _ edit: MachineEdit, why: String
  ) throws(MachineError) -> Decision {
    var machine = Machine(id: id, firstSeen: now)
    let before = machine
    machine.uuid = id.uuid
    machine.macs = [id.mac].compactMap { $0 }
    let wanted = try edit.apply(to: &machine, present: machine.answer(Machine.Sightings()))
    let absorbed = try absorbed(by: machine, before: before)
    try changeProfile(of: &machine, from: before)
    if let wanted, !takeOver(&machine, wanted) { try enter(wanted, &machine) }
    var decision = Decision(machine, why: why)
    decision.absorbed = absorbed
    return decision
  }

  private func known(_ id: MachineID) throws(MachineError) -> Machine {
    guard let entry = roster[id] else {
      if let damage = roster.damage(of: id) { throw damage }
      throw .unknownMachine(id.description)
    }
    return entry.machine
  }

  /// Who has the names already that a machine is given: nobody, or a stranger that it is itself.
  private func absorbed(
    by machine: Machine, before: Machine
  ) throws(MachineError) -> MachineID? {
    var absorbed: MachineID?
    func check(_ key: String, _ value: String, _ owner: MachineID?) throws(MachineError) {
      guard let owner, owner != absorbed else { return }
      guard absorbed == nil, roster[owner]?.machine.profile == nil else {
        throw .taken(key: key, value: value, by: owner)
      }
      absorbed = owner
    }
    if let uuid = machine.uuid, uuid != before.uuid {
      try check("uuid", uuid.description, roster.owner(uuid, nil, besides: machine.id))
    }
    for mac in machine.macs where !before.macs.contains(mac) {
      try check("macs", mac.description, roster.owner(nil, mac, besides: machine.id))
    }
    return absorbed
  }

  private func changeProfile(
    of machine: inout Machine, from before: Machine
  ) throws(MachineError) {
    guard machine.profile != before.profile else { return }
    if machine.etcdToken == before.etcdToken {
      machine.etcdToken = candidate(machine.profile).flatMap { clusters[$0.etcdCluster] }
    }
    guard let name = machine.profile else {
      machine.state = .unknown
      machine.installedAt = nil
      return
    }
    guard let candidate = candidate(name) else {
      throw .unusableProfile(name: name, reason: "there is no profiles/\(name).json")
    }
    if let problem = candidate.problem { throw .unusableProfile(name: name, reason: problem) }
    if let quantity = candidate.quantity, roster.count(profile: name) >= quantity {
      throw .full(profile: name, quantity: quantity)
    }
    // An installer that is at work with the old profile must not report for the new one.
    if machine.state == .unknown || machine.state == .installing { machine.configure() }
  }

  private func enter(_ state: MachineState, _ machine: inout Machine) throws(MachineError) {
    if state == machine.state { return }
    let refusal = Lifecycle.refusal(
      from: machine.state, to: state, profile: machine.profile,
      installs: candidate(machine.profile)?.installs)
    if let refusal {
      throw .refused(machine.id, from: machine.state, to: state, reason: refusal)
    }
    switch state {
    case .configured: machine.configure()
    case .unknown:
      machine.profile = nil
      machine.state = .unknown
      machine.installedAt = nil
    case .installed:
      machine.state = .installed
      machine.installedAt = now
    case .installing:
      // By hand nobody can: the script is what makes it true.
      throw .refused(
        machine.id, from: machine.state, to: state,
        reason: "only serving the installer's script to a configured machine leads there")
    case .running: machine.state = .running
    }
  }
}

extension Machine {
  /// The next network boot installs, or boots into memory; an earlier token is worth nothing.
  mutating func configure() {
    state = .configured
    generation += 1
    installedAt = nil
  }
}
