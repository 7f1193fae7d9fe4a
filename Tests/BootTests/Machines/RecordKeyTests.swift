// BootTests: what later versions added to records, and what boots may put into them.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A record's keys")
struct RecordKeyTests {
  static func read(_ text: String, _ id: MachineID = RecordTests.id) throws(MachineError) -> Machine
  {
    try Machine(parsing: Array(text.utf8), id: id, file: "f")
  }

  @Test func `of this version are written only where they say something`() throws {
    let plain = RecordTests.full
    for key in ["revision", "told", "hostnameFrom", "claimedIn", "installedIn"] {
      #expect(!plain.fileText.contains("\"\(key)\""))
    }
    var machine = plain
    (machine.revision, machine.isHostnameTold) = (7, true)
    (machine.claimedIn, machine.installedIn) = (5, 6)
    machine.told = [ToldNames(uuid: Fleet.uuid(2)), ToldNames(mac: Fleet.mac(1), asset: "a")]
    let text = machine.fileText
    #expect(
      text.contains(
        """
          "generation": 3,
          "revision": 7,
          "told": [
            {
              "uuid": "4c4c4544-0031-3010-8034-000000000002"
            },
            {
              "mac": "52:54:00:00:00:01",
              "asset": "a"
            }
          ],
          "hostnameFrom": "machine",
          "claimedIn": 5,
          "installedIn": 6,
          "mayu"
        """), "\(text)")
    #expect(try Self.read(text) == machine)
  }

  @Test func `that a later version means otherwise are kept`() throws {
    let text = RecordTests.full.fileText.replacing(
      "\"mayu\"", with: "\"hostnameFrom\": \"dns\",\n  \"mayu\"")
    let machine = try Self.read(text)
    #expect(!machine.isHostnameTold && machine.fileText.contains("\"hostnameFrom\": \"dns\""))
  }

  @Test(arguments: [
    ("\"told\": 7", "\"told\" must be a list, but is a number"),
    ("\"told\": [7]", "\"told\" must be an object, but is a number"),
    ("\"told\": [{\"mac\": 7}]", "\"told.mac\" must be a string, but is a number"),
    ("\"revision\": -1", "\"revision\" must be a whole number"),
    ("\"claimedIn\": \"now\"", "\"claimedIn\" must be a whole number"),
  ])
  func `that are nonsense are named`(member: String, reason: String) {
    let text = RecordTests.full.fileText.replacing("\"mayu\"", with: "\(member),\n  \"mayu\"")
    let error = #expect(throws: MachineError.self) { try Self.read(text) }
    #expect(error?.description.contains(reason) ?? false, "\(error?.description ?? "")")
  }

  @Test func `take no more tales than a record holds`() throws {
    let tales = (1...20).map { "{\"serial\": \"S-\($0)-T\"}" }.joined(separator: ",")
    let text = RecordTests.full.fileText.replacing(
      "\"mayu\"", with: "\"told\": [\(tales)],\n  \"mayu\"")
    #expect(try Self.read(text).told.count == ToldNames.limit)
  }

  @Test func `are answered by the API with why it waits`() throws {
    var machine = RecordTests.full
    machine.told = [ToldNames(serial: "x")]
    let held = HeldSince(.unmatched(RecordTests.id), since: Timestamp(seconds: 60))
    let text = JSONWriter.text(machine.answer(Machine.Sightings(tries: 3), held: held))
    #expect(text.contains(#""told":[{"serial":"x"}],"failedTries":3,"#))
    #expect(
      text.contains(
        #""held":{"reason":"unmatched","since":"1970-01-01T00:01:00Z","says":"no profile takes it"#)
    )
    #expect(JSONWriter.text(machine.answer(Machine.Sightings())).contains(#""held":null"#))
    #expect(!text.contains("revision") && !text.contains("claimedIn"))
  }

  @Test func `bound the metadata's numbers as its strings`() {
    var metadata = Metadata()
    let long = String(repeating: "1", count: 4097)
    #expect(throws: MachineError.badValue(key: "metadata.n", reason: "is longer than 4096 bytes")) {
      try metadata.set("n", .number(long))
    }
    #expect(throws: Never.self) { try metadata.set("n", .number("12")) }
  }
}

@Suite("Junk")
struct JunkTests {
  @Test(arguments: [
    "4c4c4544-0000-2010-8020-80c04f202020", "00010203-0405-0607-0809-0a0b0c0d0e0f",
    "03020100-0504-0706-0809-0a0b0c0d0e0f", "01020304-0506-0708-090a-0b0c0d0e0f10",
    "00112233-4455-6677-8899-aabbccddeeff", "33221100-5544-7766-8899-aabbccddeeff",
    "01234567-89ab-cdef-0123-456789abcdef", "11111111-1111-1111-1111-111111111111",
    "12121212-1212-1212-1212-121212121212", "ffffffff-ffff-ffff-0000-525400123456",
  ])
  func `is a UUID that many boards have`(text: String) {
    #expect(MachineUUID(text) == nil)
    let isCorner = text.hasPrefix("ffffffff")
    #expect((MachineID(text) == nil) == isCorner && MachineID(text)?.uuid == nil)
  }

  @Test(arguments: [
    "4c4c4544-0000-2010-8020-80c04f202021", "ffffffff-ffff-ffff-0001-525400123456",
    "00112233-4455-6677-8899-aabbccddeefe", "01234567-89ab-cdef-0123-456789abcdee",
  ])
  func `is no UUID of one board`(text: String) {
    #expect(MachineUUID(text)?.description == text && MachineID(text)?.description == text)
  }

  @Test(arguments: ["12345", "23456789", "789012", "ABCDEF", "0123456789ABCDEF", "1111", "xxxx"])
  func `is a serial that counts or repeats`(text: String) { #expect(JunkIdentity.contains(text)) }

  @Test(arguments: ["1234", "12346", "54321", "AB12", "éèê12"])
  func `is no serial of somebody's own`(text: String) { #expect(!JunkIdentity.contains(text)) }

  @Test(arguments: [
    ("localhost", nil), ("localhost.localdomain", nil), ("LOCALHOST4", nil), ("10.0.0.5", nil),
    ("n1", "n1"), ("n1.lab", "n1.lab"), ("ip-10-0-0-5", "ip-10-0-0-5"),
  ])
  func `is what everybody calls itself`(told: String, name: String?) {
    var boot = BootIdentity()
    boot.read(.hostname, Array(told.utf8)[...], isHex: false)
    #expect(boot.hostname == name)
  }
}

@Suite("An ID")
struct MachineIDTests {
  @Test func `is 16 bytes, and one or the other`() throws {
    #expect(MemoryLayout<MachineID>.size == 16)
    let mac = try #require(MACAddress("52:54:00:12:34:56"))
    let uuid = Fleet.uuid(1)
    #expect(MachineID(mac).mac == mac && MachineID(mac).uuid == nil)
    #expect(MachineID(uuid).uuid == uuid && MachineID(uuid).mac == nil)
    #expect(MachineID("\(MachineID(mac))") == MachineID(mac))
    #expect(MachineID(uuid) < MachineID(mac) && MachineID(Fleet.mac(1)) < MachineID(Fleet.mac(2)))
  }
}

@Suite("A host name")
struct HostnameTests {
  static func boot(_ fleet: inout Fleet, _ name: String) {
    var boot = Fleet.identity("u1 m1")
    boot.read(.hostname, Array(name.utf8)[...], isHex: false)
    _ = fleet.boot(boot)
  }
  static let id = MachineID(Fleet.uuid(1))

  @Test func `that was told follows what the machine tells`() throws {
    var fleet = Fleet()
    for name in ["n1", "n2"] {
      Self.boot(&fleet, name)
      #expect(fleet.machine(Self.id)?.hostname == name)
    }
    try fleet.report(Self.id, .installed)
    Self.boot(&fleet, "n3")
    Self.boot(&fleet, "localhost")
    #expect(fleet.machine(Self.id)?.hostname == "n3")
  }

  @Test func `that a person set stays, until it is taken away`() throws {
    var fleet = Fleet()
    Self.boot(&fleet, "n1")
    try fleet.say("\(Self.id)", #"{"hostname":"db1"}"#, makes: false)
    Self.boot(&fleet, "n2")
    #expect(fleet.machine(Self.id)?.hostname == "db1")
    try fleet.say("\(Self.id)", #"{"hostname":null}"#, makes: false)
    Self.boot(&fleet, "n2")
    Self.boot(&fleet, "n3")
    #expect(fleet.machine(Self.id)?.hostname == "n3")
    // A whole record that is sent back as it was says nothing; the name alone does.
    let whole = JSONWriter.text(try #require(fleet.machine(Self.id)).answer(Machine.Sightings()))
    let edit = try MachineEdit(parsing: Array(whole.utf8), merges: false)
    let present = fleet.machine(Self.id)?.answer(Machine.Sightings())
    fleet.keep(try fleet.rules.edit(Self.id, edit, present: present, why: "w"))
    #expect(fleet.machine(Self.id)?.isHostnameTold == true)
    try fleet.say("\(Self.id)", #"{"hostname":"n3"}"#, makes: false)
    #expect(fleet.machine(Self.id)?.isHostnameTold == false)
  }

  @Test func `of an older version's record stays`() {
    var fleet = Fleet()
    var machine = IdentificationTests.machine("u1 m1", .installed)
    machine.hostname = "old"
    fleet.roster.put(Roster.Entry(machine, token: ""))
    Self.boot(&fleet, "new")
    #expect(fleet.machine(Self.id)?.hostname == "old")
  }
}

@Suite("What boots told")
struct ToldTests {
  static let id = MachineID(Fleet.uuid(1))

  @Test func `is cleared by kind when a person says the name`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1")
    _ = fleet.boot("u1 m2 s2")
    _ = fleet.boot("u1 m3")
    #expect(
      fleet.machine(Self.id)?.told == [
        ToldNames(mac: Fleet.mac(2), serial: Fleet.serial(2)), ToldNames(mac: Fleet.mac(3)),
      ])
    try fleet.say("\(Self.id)", #"{"serial":"A-77"}"#, makes: false)
    #expect(fleet.machine(Self.id)?.told.map(\.mac) == [Fleet.mac(2), Fleet.mac(3)])
    #expect(fleet.machine(Self.id)?.told[0].serial == nil)
    try fleet.say(
      "\(Self.id)", #"{"macs":["52:54:00:00:00:01","52:54:00:00:00:02"]}"#, makes: false)
    #expect(fleet.machine(Self.id)?.told == [])
    _ = fleet.boot("u1 m3")
    try fleet.say("\(Self.id)", #"{"metadata":{"a":"b"}}"#, makes: false)
    #expect(fleet.machine(Self.id)?.told.count == 1)
    try fleet.say("\(Self.id)", #"{"told":[]}"#, makes: false)
    #expect(fleet.machine(Self.id)?.told == [])
    #expect(throws: MachineError.readOnly("told")) {
      try fleet.say("\(Self.id)", #"{"told":[{"mac":"x"}]}"#, makes: false)
    }
  }

  @Test func `never comes from a machine that runs from memory`() {
    var fleet = Fleet()
    _ = fleet.boot("u1 r1")
    fleet.keep(try! fleet.rules.report(Self.id, .running))
    _ = fleet.boot("u1 r2 s1")
    let machine = fleet.machine(Self.id)
    #expect(machine?.told == [] && machine?.serial == nil && machine?.macs.count == 1)
  }

  @Test func `is said in the trail`() {
    let old = RecordTests.full
    var new = old
    new.told = [ToldNames(uuid: Fleet.uuid(2), asset: "t")]
    #expect(
      ChangeWords.subject(from: old, to: new)
        == "S\"1 ä: a boot told uuid \(Fleet.uuid(2)) and asset t")
    #expect(ChangeWords.subject(from: new, to: old) == "S\"1 ä: what boots told is forgotten")
  }
}
