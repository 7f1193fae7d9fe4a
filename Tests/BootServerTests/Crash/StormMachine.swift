// BootServerTests/Crash: one machine's lives.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

@testable import Boot

/// A machine that is installed, reports, and is configured anew or forgotten, again and again.
final class StormMachine: @unchecked Sendable {
  private let storm: CrashStorm
  private let index: Int
  /// Of its thread alone, like the three that follow.
  private var chance: Chance
  private var report = ""
  private var generation = 0
  private var note = 0
  /// The number of its UUID, which it changes now and then.
  let number: Locked<Int>
  /// By the number of the UUID; those that it had before are gone, and stay so.
  let knowledge = Locked<[Int: StormKnowledge]>([:])
  private let finished = Locked(0)

  init(_ storm: CrashStorm, _ index: Int, seed: Int) {
    self.storm = storm
    self.index = index
    chance = Chance(seed &* 1009 &+ index)
    number = Locked(index + 1)
    knowledge.withLock { $0[index + 1] = StormKnowledge() }
    storm.owners.withLock { $0[index + 1] = index }
  }

  func run() {
    while !storm.isOver { live() }
  }

  /// Lives that it has had.
  var lives: Int { finished.withLock { $0 } }

  func violateForEver() { violate("it does not come on") }

  private var id: String { MachineLab.uuid(number.withLock { $0 }) }

  /// The card stays the same when the board says another UUID.
  private var query: String { "uuid=\(id)&mac=\(MachineLab.mac(index + 1))&serial=S\(index)" }

  private func live() {
    generation = 0
    note = 0
    if chance.below(4) == 0, !interruptFirstContact() { return }
    repeat {
      guard boot(), readConfig() else { return }
      if chance.below(3) == 0, !writeNote() { return }
      switch chance.below(8) {
      case 0: break
      case 1: guard reported("installed") else { return }
      default: guard reported("installed"), reported("running") else { return }
      }
      if chance.below(4) == 0, !writeNote() { return }
      storm.counts.withLock { $0.lives += 1 }
      finished.withLock { $0 += 1 }
      if chance.flip() { break }
    } while configureAgain()
    guard remove() else { return }
    if chance.flip() { takeOtherUUID() }
  }

  /// Asks until it is acknowledged.
  ///
  /// - Returns: `false` when all is over.
  private func ask(
    _ request: StormRequest, _ attempt: () -> (answer: Answer?, isDone: Bool)
  ) -> Bool {
    let what = request.what
    change { known in
      known.tell("kill \(self.storm.kills): \(what)")
      known.ask(request.effect)
    }
    var last = ""
    while !storm.isOver {
      let (answer, isDone) = attempt()
      if isDone {
        let isPossible = change { known in
          known.tell("kill \(self.storm.kills): \(what): \(answer?.status ?? 0)")
          return known.acknowledge(request.isSo)
        }
        if !isPossible { violate("it cannot be after \(what): \(answer?.status ?? 0)") }
        return true
      }
      if let answer { refuse(what, answer, &last) }
      usleep(3000)
    }
    return false
  }

  private func refuse(_ what: String, _ answer: Answer, _ last: inout String) {
    let line = "\(answer.status) \(answer.text.prefix(200))"
    storm.counts.withLock { counts in
      counts.refusals += 1
      if counts.reasons.count < 50 {
        counts.reasons.insert(line.replacing(#/[0-9a-f-]{36}/#, with: "ID"))
      }
    }
    let (isNew, isLong) = change { known -> (Bool, Bool) in
      if line != last { known.tell("kill \(self.storm.kills): \(what): \(line)") }
      return (line != last, known.isRefused(limit: CrashStorm.mostSeconds))
    }
    // Only "not now" can be right: a token that was given out counts, a record is what it was.
    if isNew, answer.status != 503 { violate("\(what) was refused: \(line)") }
    if isLong { violate("\(what) is put off for ever: \(line)") }
    last = line
  }

  @discardableResult
  private func change<Result>(_ body: (inout StormKnowledge) -> Result) -> Result {
    let number = number.withLock { $0 }
    return knowledge.withLock { body(&$0[number, default: StormKnowledge()]) }
  }

  private func violate(_ what: String) {
    storm.violate("machine \(index) (\(id)): \(what)", change { $0.history })
  }
}

extension StormMachine {
  /// What a boot does: an unknown machine is written down with its profile, then the installer served.
  private func booted(_ fact: StormFact?) -> [StormFact?] {
    guard let fact else {
      return [
        StormFact(state: .configured, generation: 1, note: 0),
        StormFact(state: .installing, generation: 1, note: 0),
      ]
    }
    guard fact.state == .configured else { return [fact] }
    return [fact, StormFact(state: .installing, generation: fact.generation, note: fact.note)]
  }

  private func boot() -> Bool {
    let isFirst = change { $0.possible.contains(nil) }
    var config: String?
    let request = StormRequest("boots", effect: booted, isSo: { $0?.state == .installing })
    let isOn = ask(request) {
      let answer = storm.request("GET", "/boot.ipxe?" + query)
      config = answer.flatMap { $0.status == 200 ? MachineLab.config($0) : nil }
      return (answer, config != nil)
    }
    guard isOn, let config else { return false }
    if isFirst { storm.counts.withLock { $0.contacts += 1 } }
    generation = change { $0.possible.compactMap { $0?.generation }.max() } ?? 0
    report = config
    return true
  }

  /// Its config names the URL of its reports.
  private func readConfig() -> Bool {
    let config = report
    let request = StormRequest("reads its config", effect: { [$0] }, isSo: { $0 != nil })
    return ask(request) {
      guard let answer = storm.request("GET", config) else { return (nil, false) }
      guard answer.status == 200,
        let url = try? #/http://test(\S*)"/#.firstMatch(in: answer.text)?.1
      else { return (answer, false) }
      report = String(url)
      return (answer, true)
    }
  }

  private func reported(_ word: String) -> Bool {
    let state: MachineState = word == "installed" ? .installed : .running
    let url = report.replacing("/installed", with: "/" + word)
    let effect = { (fact: StormFact?) -> [StormFact?] in
      guard var next = fact else { return [nil] }
      next.state = state
      return [fact, next]
    }
    let request = StormRequest("reports \(word)", effect: effect, isSo: { $0?.state == state })
    return ask(request) {
      let answer = storm.request("POST", url)
      return (answer, answer?.status == 204)
    }
  }

  private func patch(
    _ what: String, _ body: String, effect: @escaping (StormFact) -> StormFact,
    isSo: @escaping (StormFact) -> Bool
  ) -> Bool {
    let request = StormRequest(
      what, effect: { [$0, $0.map(effect)] }, isSo: { $0.map(isSo) ?? false })
    return ask(request) {
      let answer = storm.request("PATCH", "/machines/\(id)", body)
      return (answer, answer?.status == 200)
    }
  }

  private func configureAgain() -> Bool {
    let next = generation + 1
    return patch(
      "is configured", #"{"state":"configured"}"#,
      effect: { StormFact(state: .configured, generation: next, note: $0.note) },
      isSo: { $0.state == .configured && $0.generation == next })
  }

  private func writeNote() -> Bool {
    note += 1
    let note = note
    return patch(
      "gets note \(note)", "{\"metadata\":{\"n\":\"\(note)\"}}",
      effect: { StormFact(state: $0.state, generation: $0.generation, note: note) },
      isSo: { $0.note == note })
  }

  private func remove() -> Bool {
    ask(StormRequest("is removed", effect: { [$0, nil] }, isSo: { $0 == nil })) {
      let answer = storm.request("DELETE", "/machines/\(id)")
      // One that was not acknowledged may have happened.
      return (answer, answer?.status == 204 || answer?.status == 404)
    }
  }

  /// It hangs up before the answer, and comes again, or is removed, after the next kill.
  ///
  /// Not before: what was asked for may still be on its way until then.
  private func interruptFirstContact() -> Bool {
    change { known in
      known.tell("kill \(self.storm.kills): boots, and hangs up")
      known.ask(self.booted)
    }
    while !storm.isOver, !storm.hint("/boot.ipxe?" + query) { usleep(3000) }
    storm.counts.withLock { $0.interrupted += 1 }
    let kills = storm.kills
    while !storm.isOver, !storm.isCalm.withLock({ $0 }), storm.kills == kills { usleep(3000) }
    change { $0.hangUp() }
    if storm.kills == kills || chance.flip() { return !storm.isOver }
    return remove()
  }

  private func takeOtherUUID() {
    let next = number.withLock { number in
      number += CrashStorm.machines
      return number
    }
    storm.owners.withLock { $0[next] = index }
    change { $0.tell("kill \(self.storm.kills): a new UUID") }
  }
}
