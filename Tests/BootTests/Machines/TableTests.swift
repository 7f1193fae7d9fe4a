// BootTests: the table of STORE.md, written down a second time and compared case by case.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("Every boot toward every record")
struct TableTests {
  /// Names of a boot or a record: 0 is none.
  struct Names: CustomStringConvertible {
    let (u, m, s): (Int, Int, Int)

    init(_ u: Int, _ m: Int, _ s: Int) { (self.u, self.m, self.s) = (u, m, s) }

    var description: String {
      [u > 0 ? "u\(u)" : "", m > 0 ? "m\(m)" : "", s > 0 ? "s\(s)" : ""]
        .filter { !$0.isEmpty }.joined(separator: " ")
    }

    static let all = (0...2).flatMap { u in
      (0...2).flatMap { m in (0...2).map { s in Names(u, m, s) } }
    }
  }

  /// What the table says, in its order.
  enum Verdict: String {
    case isIt, contradiction, doubt, new, nameless
  }

  static func verdict(_ boot: Names, _ record: Names, _ state: MachineState) -> Verdict {
    let sameU = boot.u > 0 && boot.u == record.u
    let sameM = boot.m > 0 && boot.m == record.m
    let sameS = boot.s > 0 && boot.s == record.s
    let lacksS = boot.s == 0 || record.s == 0
    let differ = !lacksS && !sameS
    if sameU { return sameM || sameS || lacksS ? .isIt : .contradiction }
    if boot.u == 0 || record.u == 0 {
      if sameM, !differ { return .isIt }
      if !sameM, sameS, boot.u == 0, record.u == 0 { return .isIt }
    }
    // A serial and nothing else finds a record, which then gets no installer.
    if boot.u == 0, boot.m == 0 { return sameS ? .doubt : .nameless }
    if state == .installed, sameM || sameS, !differ { return .doubt }
    if sameM, sameS { return .doubt }
    return .new
  }

  @Test(arguments: [MachineState.configured, .installing, .installed])
  func `is what the table says`(state: MachineState) {
    var seen: Set<String> = []
    for record in Names.all where record.u + record.m > 0 {
      let machine = IdentificationTests.machine("\(record)", state)
      let roster = IdentificationTests.fleet(machine).roster
      for boot in Names.all {
        let expected = Self.verdict(boot, record, state)
        seen.insert(expected.rawValue)
        let found = roster.identify(Fleet.identity("\(boot)"))
        let actual: Verdict =
          switch found {
          case .known(_, let sharing): sharing.isEmpty ? .isIt : .doubt
          case .contradiction: .contradiction
          case .new(_, let sharing): sharing.isEmpty ? .new : .doubt
          case .nameless: .nameless
          // A card between boards without UUIDs: only the first of them can be named after it.
          case .otherHardware: boot.u == 0 && boot.m == record.m ? .new : .nameless
          case .several, .damaged: .nameless
          }
        let isInUseBySerial = boot.u + boot.m == 0 && expected == .doubt && machine.isInUse
        #expect(
          actual == (isInUseBySerial ? .isIt : expected),
          "\(boot) toward \(record), \(state): \(IdentificationTests.words(found))")
      }
    }
    #expect(seen.count == 5)
  }

  /// What comes of it, whatever the table says: with a record in use nobody who shares a name with it is
  /// installed, unless the serials differ.
  @Test func `is no reason to install over what is in use`() {
    for record in Names.all where record.u + record.m > 0 {
      for boot in Names.all {
        var fleet = IdentificationTests.fleet(IdentificationTests.machine("\(record)", .installed))
        guard case .installer = fleet.boot("\(boot)") else { continue }
        let shares =
          boot.u > 0 && boot.u == record.u || boot.m > 0 && boot.m == record.m
          || boot.s > 0 && boot.s == record.s
        let differ = boot.s > 0 && record.s > 0 && boot.s != record.s
        #expect(!shares || differ && boot.u != record.u, "\(boot) toward \(record)")
      }
    }
  }
}

@Suite("Noting what a boot tells")
struct NotingTests {
  private static func machine(_ random: inout SplitMix) -> Machine {
    let states = MachineState.allCases
    var machine = IdentificationTests.machine(
      "u1 m1", states.randomElement(using: &random) ?? .unknown)
    func pick<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
    machine.uuid = pick(Fleet.uuid(1))
    machine.macs = [pick(Fleet.mac(1)), pick(Fleet.mac(2))].compactMap { $0 }
    machine.serial = pick(Fleet.serial(1))
    machine.asset = pick("a1")
    machine.hostname = pick("n1")
    machine.isHostnameTold = machine.hostname != nil && Bool.random(using: &random)
    machine.ip = pick("10.0.0.1")
    return machine
  }

  private static func boot(_ random: inout SplitMix) -> BootIdentity {
    func number() -> Int { Int.random(in: 1...3, using: &random) }
    func tells() -> Bool { Bool.random(using: &random) }
    var boot = BootIdentity()
    if tells() { boot.uuid = Fleet.uuid(number()) }
    if tells() { boot.mac = Fleet.mac(number()) }
    if tells() { boot.serial = Fleet.serial(number()) }
    if tells() { boot.asset = "A\(number())" }
    if tells() { boot.hostname = "n\(number())" }
    if tells() { boot.ip = "10.0.0.\(number())" }
    return boot
  }

  @Test func `is foretold exactly, and replaces no name`() {
    var random = SplitMix(seed: 11)
    for _ in 0..<20_000 {
      let before = Self.machine(&random)
      let boot = Self.boot(&random)
      var after = before
      after.note(boot) { _ in false }
      #expect(before.wouldNote(boot) == (before != after), "\(before) \(boot)")
      #expect(before.uuid == nil || after.uuid == before.uuid)
      #expect(before.serial == nil || after.serial == before.serial)
      #expect(before.asset == nil || after.asset == before.asset)
      #expect(after.macs.starts(with: before.macs))
      #expect(before.hostname == nil || before.isHostnameTold || after.hostname == before.hostname)
      #expect(after.state == before.state && after.profile == before.profile)
      if !before.takesNamesFromBoots {
        #expect(
          after.uuid == before.uuid && after.macs == before.macs && after.serial == before.serial
            && after.asset == before.asset)
      }
      // What is noted once is no news.
      #expect(!after.wouldNote(boot))
    }
  }

  @Test func `never takes what is another's`() {
    var machine = IdentificationTests.machine("m1", .configured)
    machine.note(Fleet.identity("u1 m2 s1")) { _ in true }
    #expect(machine == IdentificationTests.machine("m1", .configured))
    machine.note(Fleet.identity("u1 m2 s1")) { $0.kind == "mac" }
    #expect(machine.uuid == Fleet.uuid(1) && machine.macs.count == 1 && machine.serial != nil)
  }

  @Test func `takes no more cards than a record holds`() {
    var machine = IdentificationTests.machine("u1 m1", .configured)
    for number in 1...100 { machine.note(Fleet.identity("u1 m\(number)")) { _ in false } }
    #expect(machine.macs.count == Machine.maxMACs && !machine.wouldNote(Fleet.identity("u1 m99")))
  }
}

@Suite("Transitions")
struct TransitionTests {
  static func move(
    _ from: MachineState, _ to: MachineState, _ mover: Lifecycle.Mover, _ installs: Bool?
  ) -> Machine? {
    var machine = IdentificationTests.machine("u1 m1", from)
    machine.profile = "core"
    machine.claimedIn = 3
    do throws(MachineError) {
      try Lifecycle.move(
        &machine, to: to, by: mover, installs: installs, now: Timestamp(seconds: 77))
      return machine
    } catch {
      return nil
    }
  }

  @Test func `are those of the table, by those who may`() {
    var allowed: Set<String> = []
    for from in MachineState.allCases {
      for to in MachineState.allCases where from != to {
        for mover in Lifecycle.Mover.allCases {
          for installs in [true, false, nil] where Self.move(from, to, mover, installs) != nil {
            let profile = installs.map { $0 ? "installs" : "boots" } ?? "unreadable"
            allowed.insert("\(from) \(to) \(mover) \(profile)")
          }
        }
      }
    }
    var expected: Set<String> = []
    func add(
      _ from: [MachineState], _ to: MachineState, _ movers: [Lifecycle.Mover],
      _ profiles: [String] = ["installs", "boots", "unreadable"]
    ) {
      for state in from {
        for mover in movers {
          for profile in profiles { expected.insert("\(state) \(to) \(mover) \(profile)") }
        }
      }
    }
    add([.unknown], .configured, [.match, .person])
    add([.configured], .installing, [.script], ["installs", "unreadable"])
    add([.configured], .running, [.report, .person], ["boots", "unreadable"])
    add([.installing], .installed, [.report, .person])
    add([.installing], .running, [.report, .person], ["boots"])
    add([.installed], .running, [.report, .person])
    add([.installing, .installed, .running], .configured, [.person])
    add([.configured, .installing, .installed, .running], .unknown, [.person])
    add([.unknown, .configured], .installed, [.takeOver])
    add([.unknown, .configured], .running, [.takeOver])
    #expect(allowed == expected, "\(allowed.symmetricDifference(expected).sorted())")
  }

  @Test func `leave what belongs to a state`() throws {
    let configured = try #require(Self.move(.installed, .configured, .person, true))
    #expect(configured.installedAt == nil && configured.generation == 1)
    #expect(configured.claimedIn == 0)
    let matched = try #require(Self.move(.unknown, .configured, .match, true))
    #expect(matched.claimedIn == nil && matched.generation == 1)
    let installed = try #require(Self.move(.installing, .installed, .report, true))
    #expect(installed.installedAt == Timestamp(seconds: 77) && installed.claimedIn == nil)
    let taken = try #require(Self.move(.unknown, .running, .takeOver, true))
    #expect(taken.isInUse && taken.installedAt == Timestamp(seconds: 77))
    #expect(try !#require(Self.move(.unknown, .running, .takeOver, false)).isInUse)
    let forgotten = try #require(Self.move(.running, .unknown, .person, true))
    #expect(forgotten.profile == nil && forgotten.claimedIn == nil && forgotten.told.isEmpty)
  }

  @Test func `follow a profile that is given, changed or taken away`() throws {
    func give(_ profile: String?, _ state: MachineState) throws -> Machine {
      var machine = IdentificationTests.machine("u1 m1", state)
      try Lifecycle.give(
        profile, to: &machine, by: .person, installs: true, now: Timestamp(seconds: 9))
      return machine
    }
    #expect(try give("disk", .unknown).state == .configured)
    #expect(try give("disk", .installing).state == .configured)
    #expect(try give("disk", .installing).generation == 1)
    #expect(try give("disk", .installed).state == .installed)
    #expect(try give("disk", .installed).profile == "disk")
    #expect(try give("core", .installing).state == .installing)
    for state in MachineState.allCases { #expect(try give(nil, state).state == .unknown) }
  }
}
