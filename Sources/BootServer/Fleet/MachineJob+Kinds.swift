// BootServer/Fleet: what can be asked of the register.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension MachineJob {
  /// A machine boots and has no profile yet: it is written down, and matched.
  static func contact(_ boot: BootIdentity, who: String) -> MachineJob {
    MachineJob(
      subject: .boot(boot), who: who, profiles: .all,
      decide: { (rules, _) throws(MachineError) in .put(try rules.contact(boot)) })
  }

  /// A known machine tells something of itself.
  static func observe(_ boot: BootIdentity, who: String) -> MachineJob {
    MachineJob(
      subject: .boot(boot), who: who,
      decide: { (rules, _) throws(MachineError) in
        rules.observe(boot).map { .put($0) } ?? .nothing
      })
  }

  /// The installer's script is about to be served.
  static func beginInstall(_ id: MachineID, _ boot: BootIdentity?, who: String) -> MachineJob {
    MachineJob(
      subject: .machine(id), who: who, profiles: .own(also: nil), isInstaller: true,
      decide: { (rules, _) throws(MachineError) in
        .put(try rules.beginInstall(id, for: boot))
      })
  }

  /// Reads a record's file again, if it has changed, and does nothing else.
  static func look(_ id: MachineID) -> MachineJob {
    MachineJob(
      subject: .machine(id), who: "", isLook: true,
      decide: { (rules, _) throws(MachineError) in
        rules.roster[id].map { .put(Decision($0.machine, why: "")) } ?? .nothing
      })
  }

  /// The same for what a person names.
  static func look(_ name: String) -> MachineJob {
    MachineJob(
      subject: .name(name), who: "",
      decide: { (rules, _) throws(MachineError) in
        .put(Decision(try rules.roster.resolve(name).machine, why: ""))
      })
  }

  /// A machine reports, with its token.
  static func report(
    _ id: MachineID, _ state: MachineState, token: String?, who: String
  ) -> MachineJob {
    MachineJob(
      subject: .machine(id), who: who, profiles: .own(also: nil), reports: state,
      decide: { (rules, _) throws(MachineError) in
        if let entry = rules.roster[id] {
          guard let token, BearerToken.isEqual(token, entry.token) else { throw .badToken(id) }
        }
        return .put(try rules.report(id, state))
      })
  }

  /// Somebody who may says that a machine is installed, or runs.
  static func report(
    name: String, _ state: MachineState, why: String, who: String
  ) -> MachineJob {
    MachineJob(
      subject: .name(name), who: who, profiles: .own(also: nil), isPersons: true,
      reports: state,
      decide: { (rules, id) throws(MachineError) in
        guard let id else { throw .unknownMachine(name) }
        return .put(try rules.report(id, state, authority: why))
      })
  }

  /// People change a machine, if it is what they think it is.
  ///
  /// - Parameters:
  ///   - makes: what has this name is made where it is not there.
  ///   - sightings: of a machine, for the record as people see it.
  ///   - isExpected: whether the record, or its absence, is what was expected.
  static func edit(
    name: String, _ edit: MachineEdit, makes: Bool, why: String, who: String, bytes: Int = 512,
    sightings: @escaping @Sendable (MachineID) -> Machine.Sightings,
    isExpected: @escaping @Sendable (Machine?) -> Bool = { _ in true }
  ) -> MachineJob {
    MachineJob(
      subject: .name(name), who: who, profiles: .own(also: edit.givesProfile), isPersons: true,
      bytes: bytes,
      decide: { (rules, id) throws(MachineError) in
        guard let id, let machine = rules.roster[id]?.machine else {
          let new =
            MachineUUID(name).map { MachineID($0) } ?? MACAddress(name).map { MachineID($0) }
          guard makes, let new else { throw .unknownMachine(name) }
          guard isExpected(nil) else { throw .changed(new) }
          return .put(try rules.make(new, edit, why: why))
        }
        guard isExpected(machine) else { throw .changed(id) }
        let present = machine.answer(sightings(id))
        return .put(try rules.edit(id, edit, present: present, why: why))
      })
  }

  /// Changes what needs no rule.
  static func change(
    name: String, why: String, who: String,
    _ body: @escaping @Sendable (inout Machine) throws(MachineError) -> Void
  ) -> MachineJob {
    MachineJob(
      subject: .name(name), who: who,
      decide: { (rules, id) throws(MachineError) in
        guard let id, var machine = rules.roster[id]?.machine else {
          throw .unknownMachine(name)
        }
        try body(&machine)
        return .put(Decision(machine, why: why))
      })
  }

  static func remove(
    name: String, who: String, isExpected: @escaping @Sendable (Machine?) -> Bool
  ) -> MachineJob {
    MachineJob(
      subject: .name(name), who: who, takesDamaged: true, isPersons: true,
      decide: { (rules, id) throws(MachineError) in
        if let id, let machine = rules.roster[id]?.machine {
          guard isExpected(machine) else { throw .changed(id) }
          return .remove(id, why: "removed")
        }
        // A record that cannot be read can still be removed.
        guard let id = MachineID(name), rules.roster.damage(of: id) != nil else {
          throw .unknownMachine(name)
        }
        return .remove(id, why: "its record could not be used")
      })
  }

  /// Gives a machine the discovery token of its cluster.
  ///
  /// - Parameter token: for a cluster that has none yet; `nil` gives only what is there.
  static func giveCluster(_ token: String?, to id: MachineID, who: String) -> MachineJob {
    MachineJob(
      subject: .machine(id), who: who, profiles: .own(also: nil),
      decide: { (rules, _) throws(MachineError) in
        guard rules.roster[id] != nil else { throw .unknownMachine(id.description) }
        return .cluster(rules.cluster(of: id), token: token, id)
      })
  }

  /// Each of these machines is the one that it is in doubt with.
  static func same(_ ids: [MachineID], why: String, who: String) -> MachineJob {
    MachineJob(
      subject: .nobody, who: who, isPersons: true,
      decide: { (rules, _) throws(MachineError) in
        var decisions: [Decision] = []
        for id in ids {
          let decision = try rules.same(id, why: why)
          let old = decision.machine.id
          guard !decisions.contains(where: { $0.machine.id == old }) else {
            let reason = "holds two machines that would both be \(old); decide on one at a time"
            throw .badValue(key: "same", reason: reason)
          }
          decisions.append(decision)
        }
        return .putAll(decisions)
      })
  }

  /// The same for all doubts about which there is only one answer.
  static func allOneToOne(why: String, who: String) -> MachineJob {
    MachineJob(
      subject: .nobody, who: who, isPersons: true,
      decide: { (rules, _) throws(MachineError) in .putAll(rules.allOneToOne(why: why)) })
  }
}
