// Boot/Machines/Rules: what machines change by booting and reporting.
// SPDX-License-Identifier: Apache-2.0

extension Rules {
  /// Machines without a profile that are kept; a record takes about a kilobyte of memory.
  package static let maxStrangers = 50_000
  /// One that was heard of within this time stays.
  static let strangerSeconds = 3600

  /// A machine boots: it is found or made, and matched while it has no profile.
  ///
  /// - Throws: ``MachineError/held(_:)`` where it is not certain who it is.
  package func contact(_ boot: BootIdentity) throws(MachineError) -> Decision {
    var machine: Machine
    let sharing: [SharedNames]
    switch roster.identify(boot) {
    case .known(let entry, let shared): (machine, sharing) = (entry.machine, shared)
    case .new(let id, let shared):
      (machine, sharing) = (Machine(id: id, firstSeen: now), shared)
    case .damaged(_, let error): throw error
    case .otherHardware(let id): throw .otherHardware(id)
    case .contradiction(let entry): throw .held(.saysUUID(of: entry.machine.id))
    case .several(let entries): throw .held(.several(entries.map(\.machine.id)))
    case .nameless: throw .unknownMachine("by these parameters")
    }
    guard machine.state == .unknown else {
      note(boot, of: &machine, sharing)
      return Decision(machine, why: "it boots")
    }
    return try match(machine, boot, sharing)
  }

  /// Gives a machine the profile that takes it, or writes down that none does.
  private func match(
    _ before: Machine, _ boot: BootIdentity, _ sharing: [SharedNames]
  ) throws(MachineError) -> Decision {
    var machine = before
    note(boot, of: &machine, [])
    var seen = machine
    if let mac = boot.mac, !seen.macs.contains(mac) { seen.macs.append(mac) }
    var choice = profiles.choose(for: seen) { roster.count(profile: $0) }
    var isGiven = false
    if case .profile(let name, _) = choice { isGiven = profiles[name]?.installs == false }
    // Only an installer is withheld.
    if !isGiven, case .profile = choice, let problem = profiles.unreadable {
      choice = .broken("\(problem); it may be for this machine")
    }
    if !isGiven, !sharing.isEmpty {
      choice = .inDoubt(sharing)
    } else if !isGiven, careful != nil, case .profile = choice {
      choice = .careful
    }
    guard case .profile(let name, let why) = choice else {
      var decision = Decision(machine, why: "it boots, and no profile takes it")
      decision.choice = choice
      if roster[machine.id] == nil { decision.removals = try room() }
      return decision
    }
    // Of names in doubt a record with a profile has none: it would make them everybody's.
    if !sharing.isEmpty {
      machine = before
      machine.drop(sharing.flatMap(\.names))
      note(boot, of: &machine, sharing)
    }
    machine.etcdToken = clusters[profiles[name]?.etcdCluster ?? ""]
    try Lifecycle.give(
      name, to: &machine, by: .match, installs: profiles[name]?.installs, now: now)
    var decision = Decision(machine, why: why)
    decision.choice = choice
    return decision
  }

  /// Room for one more machine without a profile: where there is none, the one unheard of for longest
  /// goes.
  private func room() throws(MachineError) -> [Decision.Removal] {
    if roster.strangers < Self.maxStrangers { return [] }
    for id in roster.longestUnheard(64) {
      guard let machine = roster[id]?.machine, machine.isNobodys else { continue }
      let heard = [roster.lastHeard(of: id), lastSeen(id)].compactMap { $0?.seconds }.max() ?? 0
      if heard + Self.strangerSeconds < now.seconds {
        let why = "it was not heard of for over an hour, and others need the room"
        return [Decision.Removal(id: id, why: why)]
      }
    }
    throw .tooManyStrangers(limit: Self.maxStrangers)
  }

  /// A known machine tells something of itself; nobody waits for that.
  ///
  /// - Returns: `nil` where nothing of it is kept; see ``Identification/wouldNote(_:)``.
  package func observe(_ boot: BootIdentity) -> Decision? {
    let found = roster.identify(boot)
    guard let entry = found.noting else { return nil }
    var sharing: [SharedNames] = []
    if case .known(_, let shared) = found { sharing = shared }
    var machine = entry.machine
    note(boot, of: &machine, sharing)
    return machine == entry.machine ? nil : Decision(machine, why: "it boots")
  }

  /// Notes what a boot tells, but for names that are another machine's.
  ///
  /// A machine with a profile takes no name at all from a boot that is in doubt: one more name could make
  /// three boards of two, and the doubt go away.
  private func note(_ boot: BootIdentity, of machine: inout Machine, _ sharing: [SharedNames]) {
    let (id, hasProfile) = (machine.id, machine.profile != nil)
    let withheld = sharing.flatMap(\.names)
    machine.note(boot) { name in
      if !withheld.isEmpty, hasProfile || withheld.contains(name) { return true }
      guard case .uuid(let uuid) = name else { return false }
      return !roster.holders(of: uuid, besides: id).isEmpty
    }
  }

  /// The installer's script is about to be served, for the first time or once more.
  ///
  /// - Parameter boot: who asks for it, looked at once more: others may be in use meanwhile. `nil` where
  ///   that is certain.
  /// - Throws: ``MachineError/changed(_:)`` where it is not waiting for its installer any more.
  package func beginInstall(
    _ id: MachineID, for boot: BootIdentity?
  ) throws(MachineError) -> Decision {
    var machine = try known(id)
    if let boot, machine.state == .configured || machine.state == .installing {
      guard case .known(let entry, let sharing) = roster.identify(boot), entry.machine.id == id
      else { throw .changed(id) }
      if !sharing.isEmpty { throw .held(.sharesNames(id, sharing)) }
      if let careful, !careful.allows(machine) { throw .held(.careful(id)) }
      // Its answers may hold what it tells now.
      note(boot, of: &machine, [])
    }
    switch machine.state {
    case .configured: try move(&machine, to: .installing, by: .script)
    case .installing: return Decision(machine, why: "it boots")
    // Others came first: it is not to be installed any more.
    case .unknown, .installed, .running: throw .changed(id)
    }
    return Decision(machine, why: "its installer's script is served")
  }

  /// A machine reports with the token it was given.
  ///
  /// - Parameter authority: who says so, if not the machine with its token.
  /// - Throws: ``MachineError``: 404 for a machine that is not known, 409 where its state does not allow it.
  package func report(
    _ id: MachineID, _ state: MachineState, authority: String? = nil
  ) throws(MachineError) -> Decision {
    var machine = try known(id)
    let why = authority ?? "it reports so with its token"
    // A report that comes again says nothing new, also when others came in between.
    if state == .installed, machine.state == .running, machine.installedAt != nil {
      return Decision(machine, why: why)
    }
    try move(&machine, to: state, by: .report)
    return Decision(machine, why: why)
  }
}

extension Machine {
  fileprivate mutating func drop(_ names: [HardwareName]) {
    macs.removeAll { names.contains(.mac($0)) && id.mac != $0 }
    if let text = serial, names.contains(.serial(text.lowercased())) { serial = nil }
  }

  /// Nothing in the record is a person's: it is no loss that its next boot would not make good.
  fileprivate var isNobodys: Bool {
    profile == nil && generation == 0 && metadata.isEmpty && mayu.isEmpty && etcdToken == nil
      && (hostname == nil || isHostnameTold)
  }
}
