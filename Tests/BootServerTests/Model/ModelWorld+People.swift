// BootServerTests/Model: what persons say by the API.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Text

@testable import BootServer

extension ModelWorld {
  /// - Returns: nothing where it is not even JSON that the API takes.
  func say(_ name: String, _ word: PersonsWord) -> [ModelJob] {
    if case .remove = word {
      let job = MachineJob.remove(name: name, who: "ann", isExpected: { _ in true })
      let id = (try? state.ledger.roster.resolve(name).machine.id) ?? MachineID(name)
      return [ModelJob(job: job) { [self] in hear(name, word, id, $0, $1) }]
    }
    guard let body = body(name, word),
      let edit = try? MachineEdit(parsing: Array(body.utf8), merges: !word.isPut)
    else { return [] }
    let job = MachineJob.edit(
      name: name, edit, makes: word.isPut, why: "asked for by the API", who: "ann",
      sightings: { _ in Machine.Sightings() })
    let id = try? state.ledger.roster.resolve(name).machine.id
    return [ModelJob(job: job) { [self] in hear(name, word, id, $0, $1) }]
  }

  private func body(_ name: String, _ word: PersonsWord) -> String? {
    switch word {
    case .claim(let profile), .put(let profile), .profile(let profile?):
      return #"{"profile":"\#(profile)"}"#
    case .profile(nil): return #"{"profile":null}"#
    case .state(let state): return #"{"state":"\#(state)"}"#
    case .takeOver(let profile, let state):
      return #"{"profile":"\#(profile)","state":"\#(state)"}"#
    case .names(let uuid, let macs, let serial):
      var members: [String] = []
      if let uuid { members.append(#""uuid":"\#(ModelNames.uuid(uuid))""#) }
      if let macs {
        let list = macs.map { "\"\(ModelNames.mac($0))\"" }.joined(separator: ",")
        members.append("\"macs\":[\(list)]")
      }
      if let serial { members.append(#""serial":"\#(ModelNames.serial(serial))""#) }
      return "{\(members.joined(separator: ","))}"
    case .putBack:
      guard let machine = try? server?.snapshot.resolve(name).machine else { return nil }
      return JSONWriter.text(machine.answer(Machine.Sightings()))
    case .hostname(let number): return #"{"hostname":"host-\#(number)"}"#
    case .remove: return nil
    }
  }

  /// What a person was told came of it.
  private func hear(
    _ name: String, _ word: PersonsWord, _ known: MachineID?, _ outcome: MachineJob.Outcome,
    _ tick: Int
  ) {
    tell("a person says \(word) of \(ModelNames.short(name) ?? name): \(Self.words(outcome))")
    switch outcome {
    case .failure(let error):
      counters.refusedWords += 1
      // What may have happened may have been said.
      if case .notKept = error, let id = known ?? MachineID(name),
        server?.keeper.unsure.contains(id) ?? false
      {
        state.ledger.words[id] = tick
      }
    case .success(let reply):
      counters.words += 1
      guard let machine = reply.entry?.machine else {
        let gone = previous.all.map(\.machine.id).filter { state.ledger.roster[$0] == nil }
        for id in gone + [known].compactMap({ $0 }) {
          state.ledger.words[id] = tick
          if hooks.isHealthy { state.ledger.decisions[id] = tick }
          spoken.insert(id)
        }
        return
      }
      spoken.insert(machine.id)
      if hooks.isHealthy { state.ledger.decisions[machine.id] = tick }
      if !machine.isInUse {
        state.ledger.words[machine.id] = tick
      } else if case .takeOver = word {
        takeOver(machine, tick)
      }
    }
  }

  /// A person decides which machines are one.
  func same(_ job: MachineJob) -> ModelJob {
    ModelJob(job: job) { [self] outcome, tick in
      guard case .success(let reply) = outcome else {
        counters.refusedWords += 1
        return tell("a person decides doubts: \(Self.words(outcome))")
      }
      counters.words += 1
      let gone = previous.all.map(\.machine.id).filter { state.ledger.roster[$0] == nil }
      tell("a person decides: \(gone.map { ModelNames.short($0) }) are others")
      for id in gone + reply.entries.map(\.machine.id) {
        spoken.insert(id)
        if hooks.isHealthy { state.ledger.decisions[id] = tick }
        if !(state.ledger.roster[id]?.machine.isInUse ?? false) { state.ledger.words[id] = tick }
      }
    }
  }

  /// A machine that was in use before the server knew it: its board's disk is.
  private func takeOver(_ machine: Machine, _ tick: Int) {
    let names = ModelNames.names(of: machine)
    let number = state.boards.keys.sorted().first { number in
      state.boards[number]?.cards.contains { names.contains("m\($0)") } ?? false
    }
    guard let number, state.boards[number]?.disk?.inUseSince == nil,
      let token = state.ledger.roster[machine.id]?.token
    else { return }
    state.boards[number]?.disk = ModelBoard.Disk(
      record: machine.id, token: token, inUseSince: tick, machine: machine)
    tell("the disk of board \(number) is in use")
  }

  func trust() {
    guard let server, server.keeper.isOpen else { return }
    do throws(StoreError) {
      try server.trust()
      tell("trusted")
    } catch {
      state.ledger.isTrustUnsure = true
      return tell("not trusted: \(error)")
    }
    trusted()
    state.ledger.isTrustUnsure = false
    trace?.append(state.ledger)
  }

  func trusted() {
    state.ledger.carefulSince = nil
    state.ledger.words.merge(state.ledger.formerWords) { max($0, $1) }
    state.ledger.formerWords = [:]
    state.ledger.asides = [:]
    // What the directory says of each disk is right.
    for (number, board) in state.boards {
      guard let disk = board.disk, disk.inUseSince != nil else { continue }
      if state.ledger.roster[disk.record]?.machine.isInUse ?? false { continue }
      state.boards[number]?.disk?.inUseSince = nil
    }
  }

  /// A board is held, and a person does what its hold says.
  func hint(_ saying: Saying) {
    guard isHealthy, case .hold(let hold, let machine)? = answer(saying) else { return }
    let name: String?
    switch hold {
    case .sharesNames(let id, let sharing)
    where sharing.contains { $0.isDamaged || $0.machine == id }:
      name = nil
    case .sharesNames(let id, _), .careful(let id): name = (id ?? machine?.id)?.description
    case .unmatched(let id): name = id?.description
    case .record(let id, _, isSaid: true): name = id?.description
    case .saysUUID:
      let number = saying.mac ? state.boards[saying.board]?.card(saying.card) : nil
      name = number.map { ModelNames.mac($0).description }
        .flatMap { (try? state.ledger.roster.resolve($0)) == nil ? $0 : nil }
    case .tie, .profile, .file, .record, .otherHardware, .several, .state, .failedTries: name = nil
    }
    guard let name, violation == nil else { return }
    var isSaid = false
    let profile = machine?.profile ?? "rest"
    var word = PersonsWord.claim(profile)
    if case .saysUUID = hold { word = .put(profile) }
    let jobs = say(name, word).map { job in
      ModelJob(job: job.job) { outcome, tick in
        job.done(outcome, tick)
        if case .success = outcome { isSaid = true }
      }
    }
    turn(jobs)
    guard isSaid, violation == nil, isHealthy, case .hold(let again, _)? = answer(saying) else {
      return
    }
    if again.reason == hold.reason, again != .state {
      fail(5, "a person did what the hold says, and it says so again: \(again.log)")
    }
  }
}

extension PersonsWord {
  var isPut: Bool {
    switch self {
    case .put, .takeOver, .putBack: true
    case .claim, .state, .profile, .names, .hostname, .remove: false
    }
  }
}
