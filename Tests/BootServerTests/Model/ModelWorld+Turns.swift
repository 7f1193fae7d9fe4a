// BootServerTests/Model: batches, and what must be so after each.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

extension ModelWorld {
  /// Has jobs decided in one batch, and looks whether that was right.
  func turn(_ jobs: [ModelJob]) {
    guard let server else { return }
    if server.mustOpen { open(server) }
    guard violation == nil else { return }
    let before = state.ledger.roster
    // What others did to the files is read before the jobs are decided.
    let editsTick = tick()
    let ticks = jobs.map { _ in tick() }
    let outcomes = server.turn(jobs.map(\.job), now: now)
    drainEvents(server, editsTick)
    spoken = []
    if server.keeper.isOpen {
      let after = server.keeper.roster
      // Before persons' words count, which come of these records.
      previous = before
      noteUse(before, after, ticks.first ?? editsTick)
      state.ledger.take(after)
      state.ledger.unsure = server.keeper.unsure
      for (index, outcome) in outcomes.enumerated() {
        if case .failure(.notKept) = outcome { counters.notKept += 1 }
        jobs[index].done(outcome, ticks[index])
      }
      check(before, after)
      noteDisks()
      let condition = server.store.condition
      if let id = condition.id { state.highest[id] = max(state.highest[id] ?? 0, condition.batch) }
    } else {
      for (index, outcome) in outcomes.enumerated() { jobs[index].done(outcome, ticks[index]) }
    }
    trace?.append(state.ledger)
  }

  private func noteUse(_ before: Roster, _ after: Roster, _ tick: Int) {
    for entry in after.all where before[entry.machine.id] !== entry {
      let id = entry.machine.id
      if !entry.machine.isInUse {
        state.ledger.useSince[id] = nil
      } else if !(before[id]?.machine.isInUse ?? false) || state.ledger.useSince[id] == nil {
        state.ledger.useSince[id] = tick
      }
    }
  }

  private func drainEvents(_ server: ModelServer, _ tick: Int) {
    for event in server.drainEvents() {
      switch event {
      case .edited(let id):
        counters.edits += 1
        if hooks.isHealthy { state.ledger.decisions[id] = tick }
        tell("the server took a hand edit of \(ModelNames.short(id))")
      case .heldRecord(let error): tell("the server says: \(error)")
      case .notKept, .moved: break
      }
    }
    takeStoreEvents(tick)
  }

  func takeStoreEvents(_ tick: Int? = nil) {
    let events = storeEvents.withLock { events in
      defer { events = [] }
      return events
    }
    for event in events {
      tell("store: \(event)")
      guard case .keptAside(let machine, _, _) = event, let id = MachineID(machine) else {
        continue
      }
      counters.asides += 1
      state.ledger.asides[id] = tick ?? self.tick()
      state.ledger.touched.insert(id)
    }
  }

  /// What is known of a board's disk follows its record, as long as that is in use.
  private func noteDisks() {
    for (number, board) in state.boards {
      guard let disk = board.disk, disk.inUseSince != nil,
        let machine = state.ledger.roster[disk.record]?.machine, machine.isInUse,
        machine != disk.machine
      else { continue }
      state.boards[number]?.disk?.machine = machine
    }
  }

  private func open(_ server: ModelServer) {
    if let moved {
      // The marker lies on another disk, which stays.
      files.takeMarker(from: moved.files)
    }
    if let reason = server.open() {
      takeStoreEvents()
      tell("it cannot be opened: \(reason)")
      return
    }
    counters.starts += 1
    let candidates = moved.map { [$0.ledger] } ?? ([state.ledger] + possible)
    (moved, possible) = (nil, [])
    let found = server.keeper.roster
    let differences = candidates.map { $0.difference(from: found) }
    if let index = differences.firstIndex(of: nil) {
      state.ledger = candidates[index]
      // Nobody was told of what the power went in.
      state.ledger.decisions = candidates[0].decisions
    } else {
      state.ledger = candidates[0]
      fail(6, "after a start \(differences.compactMap { $0 }.joined(separator: "; or "))")
    }
    let before = state.ledger.roster
    state.ledger.take(found)
    state.ledger.unsure = []
    takeStoreEvents()
    tell("opened: \(found.count) records, batch \(server.store.condition.batch)")
    let reason = server.store.condition.careful
    if reason != nil { counters.carefulStarts += 1 }
    if reason == nil, state.ledger.isTrustUnsure { trusted() }
    if reason == nil, state.ledger.carefulSince != nil {
      fail(1, "the directory is not what it was, and the start is not careful")
    }
    if reason != nil, state.ledger.isTrustUnsure, state.ledger.carefulSince == nil {
      state.ledger.carefulSince = tick()
    }
    if let reason, state.ledger.carefulSince == nil {
      fail(5, "a careful start for nothing: \(reason)")
    }
    spoken = []
    check(before, found)
    noteDisks()
  }
}

extension ModelWorld {
  /// What changed from one batch to the next.
  private func check(_ before: Roster, _ after: Roster) {
    let ids = Set(before.all.map(\.machine.id)).union(after.all.map(\.machine.id))
    let changed = ids.sorted().filter { before[$0] !== after[$0] }
    state.ledger.byHand.formUnion(
      changed.filter { after[$0] != nil && state.ledger.touched.contains($0) })
    for id in changed {
      let (old, new) = (before[id], after[id])
      checkUse(id, old?.machine, new?.machine, after)
      if let machine = new?.machine {
        checkSlot(machine, old?.machine, after)
        checkUUID(machine, after)
      }
    }
  }

  /// A machine in use stays so, and keeps its names, until a person says otherwise.
  private func checkUse(_ id: MachineID, _ old: Machine?, _ new: Machine?, _ after: Roster) {
    guard let old, old.isInUse, !spoken.contains(id), !state.ledger.touched.contains(id) else {
      return
    }
    guard let new else {
      if after.damage(of: id) == nil { fail(1, "\(ModelNames.story(old)) has vanished") }
      return
    }
    let keepsNames =
      new.uuid == old.uuid && new.macs == old.macs && new.serial == old.serial
      && new.profile == old.profile && new.asset == old.asset
    if !new.isInUse || !keepsNames {
      fail(1, "\(ModelNames.story(old)) became \(ModelNames.story(new)), and nobody said so")
    }
  }

  /// The server gives no slot twice; what persons write into files is theirs.
  private func checkSlot(_ machine: Machine, _ old: Machine?, _ after: Roster) {
    guard let profile = machine.profile, profile != old?.profile,
      !state.ledger.touched.contains(machine.id),
      case .takes(let quantity?)? = profiles.withLock({ $0.states[profile] }), profile != "rest"
    else { return }
    var holders: Set<MachineID> = []
    for entry in after.all where entry.machine.profile == profile {
      holders.insert(entry.machine.id)
    }
    for damaged in after.damaged where state.ledger.slots[damaged.id] == profile {
      holders.insert(damaged.id)
    }
    holders.subtract(state.ledger.byHand)
    if holders.count > quantity {
      let names = holders.sorted().map { ModelNames.short($0) }.joined(separator: " ")
      fail(2, "\(profile) has room for \(quantity), and the server gave it to \(names)")
    }
  }

  private func checkUUID(_ machine: Machine, _ after: Roster) {
    guard machine.profile != nil, let uuid = machine.usableUUID,
      !state.ledger.byHand.contains(machine.id)
    else { return }
    for entry in after.all where entry.machine.id != machine.id {
      let other = entry.machine
      guard other.profile != nil, other.usableUUID == uuid,
        !state.ledger.byHand.contains(other.id)
      else { continue }
      fail(3, "\(ModelNames.story(machine)) and \(ModelNames.story(other)) have one UUID")
    }
  }

  /// An installer's script goes to a board: may its disk be written to?
  func checkInstaller(_ number: Int, _ boot: BootIdentity, _ machine: Machine) {
    let ledger = state.ledger
    let word = ledger.words[machine.id] ?? 0
    if machine.isInUse { fail(1, "an installer for \(ModelNames.story(machine))") }
    if let since = ledger.carefulSince, word <= since {
      fail(1, "an installer for \(ModelNames.story(machine)) while the start is careful")
    }
    if let since = ledger.asides[machine.id], word <= since {
      fail(1, "an installer for \(ModelNames.story(machine)), of which an edit was not taken")
    }
    guard let disk = state.boards[number]?.disk, let since = disk.inUseSince,
      let its = disk.machine, word <= since, ledger.words[disk.record] ?? 0 <= since
    else { return }
    let oracle = ModelOracle(roster: ledger.roster)
    if let name = oracle.commonName(boot, its, served: machine) {
      fail(
        1,
        "board \(number) gets the installer of \(ModelNames.story(machine)), and its disk is in"
          + " use as \(ModelNames.story(its)), which has its \(name)")
    }
  }

  /// A person's word about an edit that was not taken stays said.
  private func checkDecided(_ hold: Hold, _ machine: Machine?) {
    guard case .record(_, let reason, isSaid: true) = hold, let id = machine?.id,
      let since = state.ledger.asides[id], let word = state.ledger.decisions[id],
      word > max(since, lastFault),
      state.ledger.roster.damage(of: id) == nil
    else { return }
    fail(6, "a person decided on \(ModelNames.short(id)), and it is held again: \(reason)")
  }

  /// What a machine is told names nobody else.
  func check(_ answer: BootAnswer<String>, _ boot: BootIdentity) {
    switch answer {
    case .hold(let hold, let machine):
      counters.held[hold.reason.rawValue, default: 0] += 1
      checkDecided(hold, machine)
    case .localDisk(.insteadOf(let hold), _):
      counters.held["local " + hold.reason.rawValue, default: 0] += 1
    case .refused: counters.held["refused", default: 0] += 1
    case .whoAreYou, .script, .installer, .localDisk, .nameless: break
    }
    guard let text = answer.console else { return }
    if text.isEmpty { fail(4, "a machine is held without a reason") }
    var own = ModelNames.names(of: boot)
    switch answer {
    case .hold(_, let machine?), .refused(_, let machine?):
      own.formUnion(ModelNames.names(of: machine))
    case .hold, .refused, .whoAreYou, .script, .installer, .localDisk, .nameless: break
    }
    let told = ModelNames.names(in: text).subtracting(own)
    if !told.isEmpty { fail(4, "a machine is told of \(told.sorted()): \(text)") }
    if text.contains("/state") { fail(4, "a machine is told where things are: \(text)") }
  }
}
