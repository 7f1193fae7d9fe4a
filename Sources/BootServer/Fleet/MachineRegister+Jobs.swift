// BootServer/Fleet: what can be asked of the register.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

extension MachineRegister {
  typealias Done = @Sendable (Result<MachineJob.Reply, MachineError>) -> Void

  /// A machine boots and has no profile yet: it is written down, and matched.
  func contact(_ identity: BootIdentity, who: String, _ done: @escaping Done) {
    submit(
      MachineJob(
        subject: .boot(identity), who: who,
        decide: { (rules, _) throws(MachineError) in .put(try rules.contact(identity)) },
        done: done))
  }

  /// A known machine tells something new of itself; nobody waits for that.
  func observe(_ identity: BootIdentity, who: String) {
    submit(
      MachineJob(
        subject: .boot(identity), who: who,
        decide: { (rules, _) throws(MachineError) in
          rules.observe(identity).map { .put($0) } ?? .nothing
        },
        done: { _ in }))
  }

  /// - Parameter identity: who boots; `nil` where a serial alone was told.
  func beginInstall(
    _ id: MachineID, for identity: BootIdentity?, who: String, _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .machine(id), who: who,
        decide: { (rules, _) throws(MachineError) in .put(try rules.beginInstall(id, for: identity))
        },
        done: done))
  }

  /// Reads a record's file again, if it has changed.
  func reread(_ id: MachineID, _ done: @escaping Done) {
    submit(
      MachineJob(
        subject: .machine(id), who: "",
        decide: { (rules, _) throws(MachineError) in
          guard let entry = rules.roster[id] else { return .nothing }
          return .put(Decision(entry.machine, why: ""))
        },
        done: done))
  }

  /// A machine reports, with its token.
  func report(
    _ id: MachineID, _ state: MachineState, token: String?, who: String, _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .machine(id), who: who,
        decide: { (rules, _) throws(MachineError) in
          if let entry = rules.roster[id] {
            guard let token, BearerToken.isEqual(token, entry.token) else { throw .badToken(id) }
          }
          return .put(try rules.report(id, state))
        },
        done: done))
  }

  /// Somebody who may says that a machine is installed, or runs.
  func report(
    name: String, _ state: MachineState, why: String, who: String, _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .name(name), who: who,
        decide: { (rules, id) throws(MachineError) in
          guard let id else { throw .unknownMachine(name) }
          return .put(try rules.report(id, state, authority: why))
        },
        done: done))
  }

  /// People change a machine, if it is what they think it is.
  ///
  /// - Parameters:
  ///   - makes: what has this name is made where it is not there.
  ///   - isExpected: whether the record, or its absence, is what was expected.
  func edit(
    name: String, _ edit: MachineEdit, makes: Bool, why: String, who: String,
    isExpected: @escaping @Sendable (Machine?) -> Bool, _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .name(name), who: who,
        decide: { [published] (rules, id) throws(MachineError) in
          guard let id, let machine = rules.roster[id]?.machine else {
            let new =
              MachineUUID(name).map { MachineID($0) } ?? MACAddress(name).map { MachineID($0) }
            guard makes, let new else { throw .unknownMachine(name) }
            guard isExpected(nil) else { throw .changed(new) }
            return .put(try rules.make(new, edit, why: why))
          }
          guard isExpected(machine) else { throw .changed(id) }
          let sightings = published.withLock { $0.sightings[id] } ?? Machine.Sightings()
          return .put(
            try rules.edit(id, edit, present: machine.answer(sightings), why: why))
        },
        done: done))
  }

  /// Changes what needs no rule.
  func change(
    name: String, why: String, who: String,
    _ body: @escaping @Sendable (inout Machine) throws(MachineError) -> Void,
    _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .name(name), who: who,
        decide: { (rules, id) throws(MachineError) in
          guard let id, var machine = rules.roster[id]?.machine else {
            throw .unknownMachine(name)
          }
          try body(&machine)
          return .put(Decision(machine, why: why))
        },
        done: done))
  }

  func remove(
    name: String, who: String, isExpected: @escaping @Sendable (Machine?) -> Bool,
    _ done: @escaping Done
  ) {
    submit(
      MachineJob(
        subject: .name(name), who: who, takesDamaged: true,
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
        },
        done: done))
  }

  /// Gives a machine the discovery token of its cluster.
  ///
  /// - Parameter token: for a cluster that has none yet; `nil` gives only what is there.
  func giveCluster(_ token: String?, to id: MachineID, who: String, _ done: @escaping Done) {
    submit(
      MachineJob(
        subject: .machine(id), who: who,
        decide: { (rules, _) throws(MachineError) in
          guard rules.roster[id] != nil else { throw .unknownMachine(id.description) }
          return .cluster(rules.cluster(of: id), token: token, id)
        },
        done: done))
  }
}

extension MachineRegister {
  /// The record as it is now, also when somebody has just edited its file.
  func look(_ name: String, _ done: @escaping Done) {
    submit(
      MachineJob(
        subject: .name(name), who: "",
        decide: { (rules, id) throws(MachineError) in
          if let id, let entry = rules.roster[id] {
            return .put(Decision(entry.machine, why: ""))
          }
          _ = try rules.roster.resolve(name)
          return .nothing
        },
        done: done))
  }
}
