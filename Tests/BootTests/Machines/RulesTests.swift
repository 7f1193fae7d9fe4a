// BootTests: tries, take-overs, edits by hand, strangers that make room.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("The rules")
struct RulesTests {
  static let id = MachineID(Fleet.uuid(1))

  @Test func `take over a machine that was matched a moment ago`() throws {
    var fleet = Fleet([("disk", #"{"match":{"mac":"52:54:00:*"},"install":{}}"#)])
    fleet.keep(try fleet.rules.contact(Fleet.identity("u1 m1")))
    #expect(fleet.machine(Self.id)?.state == .configured)
    // Only with its profile: else it is a report that is wrong.
    #expect(throws: MachineError.self) {
      try fleet.say("\(Self.id)", #"{"state":"running"}"#, makes: false)
    }
    try fleet.say("\(Self.id)", #"{"profile":"disk","state":"running"}"#)
    #expect(fleet.boot("u1 m1") == .disk)
  }

  @Test func `look once more before an installer is served`() throws {
    var fleet = Fleet()
    fleet.keep(try fleet.rules.contact(Fleet.identity("u1 m1")))
    var other = IdentificationTests.machine("u2 m1", .installed)
    other.installedAt = Timestamp(seconds: 9000)
    fleet.roster.put(Roster.Entry(other, token: ""))
    let error = #expect(throws: MachineError.self) {
      try fleet.rules.beginInstall(Self.id, for: Fleet.identity("u1 m1"))
    }
    guard case .held(.sharesNames)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: MachineError.changed(Self.id)) {
      try fleet.rules.beginInstall(Self.id, for: Fleet.identity("u2 m1"))
    }
  }

  @Test func `hint at --expect where a claim names hardware that was never seen`() {
    let fleet = Fleet()
    for (name, hint) in [("\(Fleet.uuid(1))", true), ("52:54:00:00:00:01", true), ("n1", false)] {
      let error = #expect(throws: MachineError.self) { try fleet.roster.resolve(name) }
      #expect(error?.description.contains("--expect") == hint)
    }
  }

  @Test func `take an edit by hand for a person's word`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1")
    var machine = try #require(fleet.machine(Self.id))
    machine.state = .configured
    fleet.keep(fleet.rules.editedByHand(machine))
    #expect(fleet.machine(Self.id)?.claimedIn == fleet.batch)
    #expect(fleet.boot("u1 m1") == .installer(Self.id))
    machine.metadata = Metadata()
    machine.state = .unknown
    #expect(fleet.rules.editedByHand(machine).machine.profile == nil)
    machine.state = .running
    #expect(fleet.rules.editedByHand(machine).machine == machine)
  }

  @Test func `let a record made by a person have what strangers said of it`() throws {
    var fleet = Fleet()
    _ = fleet.boot("u7 x1")
    _ = fleet.boot("u8 x1")
    _ = fleet.boot("x2")
    // Cards that others say, too, are the person's: they count for nothing.
    try fleet.say(
      "\(Fleet.uuid(7))", #"{"profile":"disk","macs":["00:16:3e:00:00:01","00:16:3e:00:00:02"]}"#,
      makes: false)
    #expect(
      fleet.roster.all.map(\.machine.id) == [MachineID(Fleet.uuid(7)), MachineID(Fleet.uuid(8))])
    #expect(throws: MachineError.self) {
      try fleet.say("\(Fleet.uuid(8))", #"{"uuid":"\#(Fleet.uuid(7))"}"#, makes: false)
    }
    fleet.damage(MachineID(Fleet.uuid(7)))
    #expect(
      throws: MachineError.taken(
        key: "macs", value: "00:16:3e:00:00:02", by: MachineID(Fleet.uuid(7)))
    ) {
      try fleet.say("\(Fleet.uuid(9))", #"{"macs":["00:16:3e:00:00:02"]}"#)
    }
    #expect(throws: MachineError.self) {
      try fleet.rules.make(
        MachineID(Fleet.uuid(7)), try MachineEdit(parsing: Array("{}".utf8), merges: false),
        why: "w")
    }
  }

  /// 50,000 machines without a profile, heard of one second after another.
  static func crowded() -> Roster {
    var roster = Roster()
    for number in 0..<Rules.maxStrangers {
      roster.put(
        Roster.Entry(
          Machine(id: MachineID(Fleet.mac(number)), firstSeen: Timestamp(seconds: number)),
          token: ""))
    }
    return roster
  }

  @Test func `let the stranger unheard of for longest make room`() throws {
    var roster = Self.crowded()
    let boot = Fleet.identity("u1 x1")
    func rules(_ now: Int, _ seen: [MachineID: Int] = [:]) -> Rules {
      Rules(
        roster: roster, profiles: ProfileIndex(),
        lastSeen: { id in seen[id].map { Timestamp(seconds: $0) } }, now: Timestamp(seconds: now))
    }
    func gone(_ now: Int, _ seen: [MachineID: Int] = [:]) throws -> [MachineID] {
      try rules(now, seen).contact(boot).removals.map(\.id)
    }
    let ids = (0..<4).map { MachineID(Fleet.mac($0)) }
    // Within an hour nobody goes.
    #expect(throws: MachineError.tooManyStrangers(limit: Rules.maxStrangers)) { try gone(3000) }
    #expect(try gone(50_000) == [ids[0]])
    // One that was heard of since stays; so does one that a person noted something of.
    roster.heard(of: ids[0], Timestamp(seconds: 49_999))
    #expect(try gone(50_000, [ids[1]: 49_000]) == [ids[2]])
    var machine = try #require(roster[ids[2]]?.machine)
    try machine.metadata.set("a", .string("b"))
    roster.put(Roster.Entry(machine, token: ""))
    #expect(try gone(50_000, [ids[1]: 49_000]) == [ids[3]])
    // A machine that gets a profile needs no room.
    let core = ProfileIndex([Candidate(name: "default", parsing: Array("{}".utf8))])
    let decision = try Rules(roster: roster, profiles: core, now: Timestamp(seconds: 50_000))
      .contact(boot)
    #expect(decision.removals.isEmpty && decision.machine.profile == "default")
  }

  @Test func `copy little for a change`() {
    var roster = Self.crowded()
    let clock = ContinuousClock()
    var kept: [Roster] = []
    let time = clock.measure {
      for number in 0..<2000 {
        kept = [roster]
        var machine = Machine(
          id: MachineID(Fleet.mac(number)), firstSeen: Timestamp(seconds: number))
        machine.serial = "N-\(number)-X"
        roster.put(Roster.Entry(machine, token: ""))
      }
    }
    #expect(kept[0].count == roster.count)
    #expect(time < .seconds(5), "\(time)")
  }
}
