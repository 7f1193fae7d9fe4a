// BootTests: the indexes of the roster.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

@testable import Boot

@Suite("The roster's indexes")
struct RosterIndexTests {
  /// A machine of few names, so that many have the same.
  private static func machine(_ random: inout SplitMix) -> Machine {
    func number() -> Int { Int.random(in: 1..<6, using: &random) }
    func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
    let id =
      Bool.random(using: &random)
      ? MachineID(Fleet.uuid(number())) : MachineID(Fleet.mac(number()))
    var machine = Machine(id: id, firstSeen: Timestamp(seconds: number()))
    machine.uuid = maybe(id.uuid ?? Fleet.uuid(number()))
    machine.macs = [maybe(Fleet.mac(number())), maybe(Fleet.mac(number() + 5))].compactMap { $0 }
    machine.serial = maybe(Fleet.serial(number()))
    machine.asset = maybe("a\(number())")
    machine.hostname = maybe("n\(number())")
    machine.ip = maybe("10.0.0.\(number())")
    if Bool.random(using: &random) {
      machine.profile = "p\(number())"
      machine.state = MachineState.allCases.randomElement(using: &random) ?? .unknown
      if machine.state == .installed || machine.state == .running {
        machine.installedAt = maybe(Timestamp(seconds: number()))
        if Bool.random(using: &random) {
          machine.told = [
            ToldNames(uuid: maybe(Fleet.uuid(number())), serial: maybe("S-T\(number())"))
          ]
          machine.told.removeAll(where: \.isEmpty)
        }
      }
      if machine.state == .configured { machine.claimedIn = maybe(number()) }
    }
    return machine
  }

  /// What a roster answers to everything that can be asked of it.
  private static func answers(_ roster: Roster) -> [String] {
    var answers: [String] = ["\(roster.count) \(roster.strangers)"]
    for u in ["", "u1", "u2", "u3", "u4", "u5"] {
      for m in ["", "m1", "m3", "m6", "m9"] {
        for s in ["", "s1", "s2", "s5"] {
          let boot = Fleet.identity("\(u) \(m) \(s)")
          let found = text(roster.identify(boot))
          answers.append("\(boot): \(found)")
          // The short way to what fits nearly every boot is the table's.
          #expect(found == text(BoardSearch(roster, boot).result()), "\(boot)")
        }
      }
    }
    for number in 1..<6 {
      for name in [
        "n\(number)", "a\(number)", "10.0.0.\(number)", Fleet.serial(number),
        Fleet.uuid(number).description, Fleet.mac(number).description,
      ] {
        do throws(MachineError) {
          answers.append("\(name): \(try roster.resolve(name).machine.id)")
        } catch {
          answers.append("\(name): \(error)")
        }
      }
      answers.append("p\(number): \(roster.count(profile: "p\(number)"))")
      answers.append("\(roster.machines(ip: "10.0.0.\(number)").map(\.machine.id).sorted())")
    }
    answers.append("\(roster.doubts)")
    return answers
  }

  private static func text(_ found: Identification) -> String {
    switch found {
    case .known(let entry, let sharing): "known \(entry.machine.id) \(sorted(sharing))"
    case .new(let id, let sharing): "new \(id) \(sorted(sharing))"
    case .contradiction(let entry): "contradiction \(entry.machine.id)"
    case .several(let entries): "several \(entries.map(\.machine.id))"
    case .damaged(let id, _): "damaged \(id)"
    case .otherHardware(let id): "other \(id)"
    case .nameless(let sharing): "nameless \(sorted(sharing))"
    }
  }

  private static func sorted(_ sharing: [SharedNames]) -> [String] {
    sharing.map(\.description).sorted()
  }

  @Test(arguments: rounds(30))
  func `say after many changes what they say when built at once`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var roster = Roster()
    var model: [MachineID: Machine] = [:]
    var damaged: [MachineID: Roster.Damage] = [:]
    var snapshot = roster
    var then = Self.answers(snapshot)
    for step in 0..<200 {
      let machine = Self.machine(&random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        roster.remove(machine.id)
        (model[machine.id], damaged[machine.id]) = (nil, nil)
      case 1:
        var damage = Roster.Damage(
          .unreadable(file: "f", reason: "\(step)"), id: machine.id,
          bytes: Array(machine.fileText.utf8))
        roster.putDamaged(machine.id, damage)
        damage = damage.joined(with: damaged[machine.id])
        if let last = model[machine.id] { damage.remember(last) }
        (model[machine.id], damaged[machine.id]) = (nil, damage)
      default:
        roster.put(Roster.Entry(machine, token: ""))
        (model[machine.id], damaged[machine.id]) = (machine, nil)
      }
      if step == 120 { (snapshot, then) = (roster, Self.answers(roster)) }
    }
    var fresh = Roster()
    for machine in model.values { fresh.put(Roster.Entry(machine, token: "")) }
    for (id, damage) in damaged { fresh.putDamaged(id, damage) }
    for (now, built) in zip(Self.answers(roster), Self.answers(fresh)) {
      #expect(now == built, "seed \(seed)")
    }
    #expect(Self.answers(snapshot) == then, "seed \(seed)")
  }

  @Test(arguments: rounds(300))
  func `give a few boards what the table gives`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var roster = Roster()
    for _ in 0..<Int.random(in: 1..<4, using: &random) {
      roster.put(Roster.Entry(Self.machine(&random), token: ""))
    }
    _ = Self.answers(roster)
  }

  @Test func `let nobody be walked for a name that all have`() throws {
    var roster = Roster()
    for number in 0..<30_000 {
      var machine = Machine(
        id: MachineID(Fleet.uuid(number)), firstSeen: Timestamp(seconds: number))
      machine.uuid = Fleet.uuid(number)
      machine.macs = [Fleet.mac(1)]
      machine.serial = "SAME-7"
      if number.isMultiple(of: 3) { (machine.profile, machine.state) = ("p", .installed) }
      roster.put(Roster.Entry(machine, token: ""))
    }
    var boot = Fleet.identity("u40000 m1")
    boot.serial = "SAME-7"
    let clock = ContinuousClock()
    let time = clock.measure {
      for number in 0..<1000 {
        let before = roster
        _ = roster.identify(boot)
        var machine = roster[MachineID(Fleet.uuid(number))]!.machine
        machine.serial = "OTHER-\(number)"
        roster.put(Roster.Entry(machine, token: ""))
        #expect(before.count == roster.count)
      }
    }
    #expect(time < .seconds(4), "\(time)")
  }
}
