// BootTests: records, and what changes them.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A record")
struct RecordTests {
  static let id = MachineID("4c4c4544-0031-3010-8034-b4c04f333232")!

  static var full: Machine {
    var machine = Machine(id: id, firstSeen: Timestamp(seconds: 1_795_262_400))
    machine.uuid = id.uuid
    machine.macs = [MACAddress("52:54:00:00:00:01")!]
    machine.serial = "S\"1 ä"
    machine.hostname = "n1"
    machine.profile = "rack 1/core"
    machine.state = .installed
    machine.installedAt = Timestamp(seconds: 1_795_262_460)
    machine.generation = 3
    machine.etcdToken = "0123abc"
    try! machine.metadata.set("role", .string("core"))
    try! machine.metadata.set("size", .number("3"))
    machine.mayu = [JSON.Member("Cabinet", .number("12"))]
    return machine
  }

  @Test func `is read back as it was written`() throws {
    let text = Self.full.fileText
    #expect(text.hasSuffix("}\n") && text.contains("\n  \"state\": \"installed\",\n"))
    let again = try Machine(parsing: Array(text.utf8), id: Self.id, file: "machines/x.json")
    #expect(again == Self.full)
    #expect(again.entityTag == Self.full.entityTag)
  }

  @Test func `keeps keys of a later version`() throws {
    let text = Self.full.fileText.replacing("\"id\"", with: "\"new\": {\"a\": [1]},\n  \"id\"")
    let machine = try Machine(parsing: Array(text.utf8), id: Self.id, file: "f")
    #expect(machine.fileText.contains("\"new\": {\n    \"a\": [\n      1\n    ]\n  }"))
  }

  @Test func `has another tag for every change`() {
    var other = Self.full
    other.state = .running
    #expect(other.entityTag != Self.full.entityTag)
  }

  @Test(arguments: [
    ("\"installed\"", "\"instaled\"", #""state" must be one of "unknown", "configured", "#),
    (
      "\"4c4c4544-0031-3010-8034-b4c04f333232\"", "\"x\"",
      #""id" is not the one in the file's name"#
    ),
    ("52:54:00:00:00:01", "52:54", #""macs" holds "52:54", which is no MAC address of a card"#),
    ("\"generation\": 3", "\"generation\": -3", #""generation" must be a whole number from 0 on"#),
    ("\"generation\": 3,\n", "", "\"generation\" is missing"),
    (
      "\"firstSeen\": \"2026-11-21", "\"firstSeen\": \"yesterday",
      "\"firstSeen\" must be a time such as"
    ),
    ("\"rack 1/core\"", "null", #""state" is "installed", but there is no "profile""#),
    ("\"rack 1/core\"", "\"../x\"", #""profile" must be a profile's name"#),
    ("\"rack 1/core\"", "7", #""profile" must be a string, but is a number"#),
    ("\"role\"", "\"a b\"", #""metadata.a b" is no key"#),
    ("{\n", "{\n\"state\": \"unknown\",", "is there twice"),
    ("}\n", "", "it is not valid JSON: "),
  ])
  func `that was edited into nonsense is refused with its key`(
    old: String, new: String, reason: String
  ) {
    let text = Self.full.fileText.replacing(old, with: new, maxReplacements: 1)
    let error = #expect(throws: MachineError.self) {
      try Machine(parsing: Array(text.utf8), id: Self.id, file: "machines/x.json")
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix("machines/x.json cannot be used: ") && line.contains(reason), "\(line)")
  }

  @Test(arguments: [0, 951_782_400, 1_795_262_461, 4_102_444_799, 253_402_300_799])
  func `writes times that it reads`(seconds: Int) {
    let time = Timestamp(seconds: seconds)
    #expect(Timestamp(time.description) == time)
  }

  @Test func `writes times as RFC 3339 has them`() {
    #expect(Timestamp(seconds: 951_782_400).description == "2000-02-29T00:00:00Z")
    #expect(Timestamp("2016-08-09T15:49:02.5Z")?.seconds == 1_470_757_742)
    for text in ["", "2016-08-09", "2016-13-09T15:49:02Z", "2016-08-09T15:49:02+01:00"] {
      #expect(Timestamp(text) == nil)
    }
  }
}

@Suite("The roster")
struct RosterTests {
  static func identity(_ uuid: String?, _ mac: String?) -> BootIdentity {
    BootIdentityTests.identity(
      (uuid.map { [("uuid", $0)] } ?? []) + (mac.map { [("mac", $0)] } ?? []))
  }
  static let one = "4c4c4544-0031-3010-8034-b4c04f333231"
  static let two = "4c4c4544-0031-3010-8034-b4c04f333232"

  static func roster(_ boots: [(String?, String?)]) throws -> Roster {
    var roster = Roster()
    for (uuid, mac) in boots {
      let decision = try rules(roster).contact(identity(uuid, mac))
      roster.put(Roster.Entry(decision.machine, token: ""))
    }
    return roster
  }

  static func rules(_ roster: Roster, _ profiles: [(String, String)] = []) -> Rules {
    Rules(
      roster: roster,
      profiles: ProfileIndex(profiles.map { SelectionTests.candidate($0.0, $0.1) }),
      now: Timestamp(seconds: 100))
  }

  @Test func `knows a machine by its UUID, whatever card it boots from`() throws {
    let roster = try Self.roster([(Self.one, "02:00:00:00:00:01"), (Self.one, "02:00:00:00:00:02")])
    #expect(roster.all.count == 1)
    #expect(
      roster.all[0].machine.macs.map(\.description) == ["02:00:00:00:00:01", "02:00:00:00:00:02"])
  }

  @Test func `keeps an ID when the UUID shows up later`() throws {
    let roster = try Self.roster([(nil, "02:00:00:00:00:01"), (Self.one, "02:00:00:00:00:01")])
    #expect(roster.all.map(\.machine.id.description) == ["02-00-00-00-00-01"])
    #expect(roster.all[0].machine.uuid?.description == Self.one)
    // And by the UUID alone from then on.
    let again = try Self.rules(roster).contact(Self.identity(Self.one, "02:00:00:00:00:05"))
    #expect(again.machine.id.description == "02-00-00-00-00-01")
  }

  @Test func `does not take a moved card for the machine it came from`() throws {
    let roster = try Self.roster([(Self.one, "02:00:00:00:00:01"), (Self.two, "02:00:00:00:00:01")])
    #expect(roster.all.map(\.machine.id.description) == [Self.one, Self.two])
    // Without a UUID nobody can tell which of the two it is, by a person's word neither; but records
    // without a profile hold nobody.
    let card = Self.identity(nil, "02:00:00:00:00:01")
    #expect(try Self.rules(roster).contact(card).machine.id.description == "02-00-00-00-00-01")
    #expect(throws: MachineError.self) { try roster.resolve("02:00:00:00:00:01") }
  }

  @Test func `takes one serial under two UUIDs for two machines`() throws {
    var roster = Roster()
    for uuid in [Self.one, Self.two] {
      let identity = BootIdentityTests.identity([("uuid", uuid), ("serial", "CZC-1")])
      roster.put(Roster.Entry(try Self.rules(roster).contact(identity).machine, token: ""))
    }
    #expect(roster.count == 2)
    #expect(throws: MachineError.self) { try roster.resolve("czc-1") }
  }

  @Test func `finds a machine by any name that is its alone`() throws {
    var roster = try Self.roster([(Self.one, "02:00:00:00:00:01")])
    var machine = roster.all[0].machine
    (machine.serial, machine.asset) = ("Czc/1 x", "tag")
    (machine.hostname, machine.ip) = ("n1", "10.0.0.1")
    roster.put(Roster.Entry(machine, token: ""))
    for name in [
      Self.one, Self.one.uppercased(), "02-00-00-00-00-01", "020000000001", "czc/1 X", "TAG", "N1",
      "10.0.0.1",
    ] {
      #expect(try roster.resolve(name).machine.id == machine.id, "\(name)")
    }
    #expect(throws: MachineError.unknownMachine("n2")) { try roster.resolve("n2") }
    roster.remove(machine.id)
    #expect(throws: MachineError.unknownMachine("n1")) { try roster.resolve("n1") }
  }

  @Test func `never takes the machine of a damaged record for a new one`() {
    var roster = Roster()
    let id = MachineID("02-00-00-00-00-01")!
    let bytes = Array("{\"uuid\": \"\(Self.one)\", \"profile\": \"core\", \"state\": 7".utf8)
    roster.putDamaged(
      id, Roster.Damage(.unreadable(file: "f", reason: "r"), id: id, bytes: bytes))
    for identity in [
      Self.identity(Self.one, nil), Self.identity(nil, "02:00:00:00:00:01"),
      Self.identity(Self.one.uppercased(), "02:00:00:00:00:09"),
    ] {
      #expect(throws: MachineError.unreadable(file: "f", reason: "r")) {
        try Self.rules(roster).contact(identity)
      }
    }
    #expect(throws: Never.self) { try Self.rules(roster).contact(Self.identity(Self.two, nil)) }
  }

  @Test func `takes no more strangers than it can keep`() throws {
    var roster = Roster()
    for number in 0..<Rules.maxStrangers {
      let mac = MACAddress("02" + String(number + 0x10_0000_0000, radix: 16))!
      roster.put(
        Roster.Entry(Machine(id: MachineID(mac), firstSeen: Timestamp(seconds: 0)), token: ""))
    }
    let new = Self.identity(Self.one, nil)
    #expect(throws: MachineError.tooManyStrangers(limit: Rules.maxStrangers)) {
      try Self.rules(roster).contact(new)
    }
    let taken = try Self.rules(roster, [("default", "{}")]).contact(new)
    #expect(taken.machine.profile == "default")
    roster.remove(roster.all[0].machine.id)
    #expect(throws: Never.self) { try Self.rules(roster).contact(new) }
  }

  @Test func `counts the slot of a damaged record`() {
    var roster = Roster()
    let bytes = Array(RecordTests.full.fileText.replacing("installed", with: "x").utf8)
    roster.putDamaged(
      RecordTests.id,
      Roster.Damage(.unreadable(file: "f", reason: "r"), id: RecordTests.id, bytes: bytes))
    #expect(roster.count(profile: "rack 1/core") == 1)
    roster.remove(RecordTests.id)
    #expect(roster.count(profile: "rack 1/core") == 0)
  }
}
