// BootTests: which machine a boot is, order by order.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A boot")
struct IdentificationTests {
  static let u1 = MachineID(Fleet.uuid(1))
  static let u2 = MachineID(Fleet.uuid(2))
  static let m1 = MachineID(Fleet.mac(1))

  static func machine(_ words: String, id: MachineID? = nil, _ state: MachineState) -> Machine {
    let boot = Fleet.identity(words)
    let own = boot.uuid.map { MachineID($0) } ?? boot.mac.map { MachineID($0) } ?? u1
    var machine = Machine(id: id ?? own, firstSeen: Timestamp(seconds: 1))
    (machine.uuid, machine.serial, machine.state) = (boot.uuid, boot.serial, state)
    machine.macs = [boot.mac].compactMap { $0 }
    if state != .unknown { machine.profile = "core" }
    if state == .installed { machine.installedAt = Timestamp(seconds: 500) }
    return machine
  }

  static func fleet(_ machines: Machine...) -> Fleet {
    var fleet = Fleet()
    for machine in machines { fleet.roster.put(Roster.Entry(machine, token: "t")) }
    return fleet
  }

  static func words(_ found: Identification) -> String {
    switch found {
    case .known(let entry, let sharing): "known \(entry.machine.id)" + kinds(sharing)
    case .new(let id, let sharing): "new \(id)" + kinds(sharing)
    case .contradiction(let entry): "contradiction \(entry.machine.id)"
    case .several(let entries): "several \(entries.count)"
    case .damaged(let id, _): "damaged \(id)"
    case .otherHardware(let id): "other hardware \(id)"
    case .nameless(let sharing): "nameless" + kinds(sharing)
    }
  }

  private static func kinds(_ sharing: [SharedNames]) -> String {
    sharing.isEmpty ? "" : " sharing " + sharing.map(\.kinds).joined(separator: ", ")
  }

  /// Line by line: a record, its state, a boot, and what it is.
  @Test(arguments: [
    // Line 1.
    ("u1 m1 s1", MachineState.installed, "u1 m1 s1", "known \(u1)"),
    ("u1 m1 s1", .installed, "u1 m1 s2", "known \(u1)"),
    ("u1 m1 s1", .installed, "u1 m2 s1", "known \(u1)"),
    ("u1 m1 s1", .installed, "u1 m2", "known \(u1)"),
    ("u1 m1", .installed, "u1 m2 s2", "known \(u1)"),
    ("u1 m1 s1", .configured, "u1", "known \(u1)"),
    // Line 2.
    ("u1 m1 s1", .installed, "u1 m2 s2", "contradiction \(u1)"),
    ("u1 m1 s1", .configured, "u1 m2 s2", "contradiction \(u1)"),
    ("u1 m1 s1", .running, "u1 s2", "contradiction \(u1)"),
    // Line 3.
    ("m1", .installed, "u1 m1", "known \(m1)"), ("m1 s1", .installing, "u1 m1", "known \(m1)"),
    ("u1 m1 s1", .installed, "m1", "known \(u1)"),
    ("u1 m1 s1", .configured, "m1 s1", "known \(u1)"),
    ("m1 s1", .installed, "m2 s1", "known \(m1)"), ("m1 s1", .installed, "s1", "known \(m1)"),
    // Line 4.
    ("u1 m1", .installed, "u2 m1", "new \(u2) sharing mac"),
    ("u1 m1 s1", .installed, "u2 m2 s1", "new \(u2) sharing serial"),
    ("u1 m1 s1", .installed, "u2 m1 s1", "new \(u2) sharing mac and serial"),
    ("m1 s1", .installed, "u2 m2 s1", "new \(u2) sharing serial"),
    ("u1 m1 s1", .installed, "m2 s1", "new 52-54-00-00-00-02 sharing serial"),
    // Line 5.
    ("u1 m1 s1", .installed, "u2 m1 s2", "new \(u2)"),
    ("m1 s1", .installed, "u2 m1 s2", "new \(u2)"),
    ("u1 m1", .configured, "u2 m1", "new \(u2)"), ("u1 m1", .installed, "u2 m2", "new \(u2)"),
    ("u1 m1 s1", .installing, "u2 m2 s1", "new \(u2)"),
    ("u1 m1 s1", .configured, "u2 m1 s1", "new \(u2) sharing mac and serial"),
    // Serials alone, and nothing at all.
    ("u1 m1 s1", .configured, "s1", "known \(u1) sharing serial"),
    ("u1 m1 s1", .installed, "s1", "known \(u1)"), ("u1 m1 s1", .installed, "s2", "nameless"),
    ("u1 m1 s1", .installed, "", "nameless"),
    // Without a profile it holds nobody.
    ("u1 m1", .unknown, "u2 m1", "new \(u2)"), ("u1 m1 s1", .unknown, "u2 m2 s1", "new \(u2)"),
    ("u1 m1 s1", .unknown, "u1 m1", "known \(u1)"), ("m1", .unknown, "u2 m1", "known \(m1)"),
    ("u1 m1", .unknown, "m1", "known \(u1)"),
    ("u1 m1 s1", .unknown, "u1 m2 s2", "new 52-54-00-00-00-02"),
    ("u1 m1 s1", .unknown, "u1 s2", "other hardware \(u1)"),
  ])
  func `is what the table says`(record: String, state: MachineState, boot: String, what: String) {
    let fleet = Self.fleet(Self.machine(record, state))
    #expect(Self.words(fleet.roster.identify(Fleet.identity(boot))) == what)
  }

  @Test func `of two records that say one UUID gets no installer, but its disk`() {
    let other = MachineID(Fleet.mac(9))
    for boot in ["u1 m1 s1", "u1 m2 s2", "u1 m3"] {
      var fleet = Self.fleet(
        Self.machine("u1 m1 s1", .configured), Self.machine("u1 m2 s2", id: other, .installed))
      #expect(
        fleet.boot(boot) == (boot == "u1 m2 s2" ? .disk : .held(.contradiction)), "\(boot)")
      fleet = Self.fleet(
        Self.machine("u1 m1 s1", .installed), Self.machine("u1 m2 s2", id: other, .installed))
      #expect(fleet.boot(boot) == .disk, "\(boot)")
    }
  }

  @Test func `that several machines fit gets its own disk if all are in use`() {
    var fleet = Self.fleet(Self.machine("u1 m1", .installed), Self.machine("m2", .installed))
    #expect(fleet.boot("u1 m2") == .disk)
    fleet = Self.fleet(Self.machine("u1 m1", .installed), Self.machine("m2", .configured))
    #expect(fleet.boot("u1 m2") == .held(.contradiction))
    #expect(fleet.log.contains("2 machines: \(Self.u1), 52-54-00-00-00-02"))
    #expect(!fleet.console.contains("52-54"))
    // Only an installer is withheld.
    fleet = Self.fleet(Self.machine("u1 m1", .configured), Self.machine("m2", .configured))
    fleet.profiles = ProfileIndex([Candidate(name: "core", parsing: Array("{}".utf8))])
    #expect(fleet.boot("u1 m2") == .script(Self.u1))
  }

  @Test func `in doubt gets a profile without an install, and none of the names in doubt`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1 s1")
    var boot = Fleet.identity("u2 r2")
    boot.serial = Fleet.serial(1)
    #expect(fleet.boot(boot) == .script(Self.u2))
    let machine = try #require(fleet.machine(Self.u2))
    #expect(machine.profile == "ram" && machine.serial == nil)
    #expect(machine.macs == [Fleet.mac(2, kind: "r")])
    // So three of them make no filler of the serial.
    for number in 3...5 {
      boot = Fleet.identity("u\(number) r\(number) s1")
      #expect(fleet.boot(boot) == .script(MachineID(Fleet.uuid(number))))
      #expect(fleet.boot(boot) == .script(MachineID(Fleet.uuid(number))))
    }
    #expect(fleet.boot("u9 m9 s1") == .held(.contradiction))
    // A profile that installs from now on does not install them.
    fleet.profiles = ProfileIndex(
      ["ram", "core"].map { Candidate(name: $0, parsing: Array(#"{"install":{}}"#.utf8)) })
    #expect(fleet.boot(boot) == .held(.contradiction))
  }

  /// Two UUIDs of one board, as when one firmware swaps its bytes: which record is in use first?
  @Test func `of a board that says two UUIDs is installed once`() throws {
    var fleet = Fleet()
    #expect(fleet.boot("u1 m1") == .installer(Self.u1))
    #expect(fleet.boot("u2 m1") == .installer(Self.u2))
    try fleet.report(Self.u2, .installed)
    for _ in 0..<2 {
      #expect(fleet.boot("u1 m1") == .held(.contradiction))
      #expect(fleet.boot("u2 m1") == .disk)
    }
    // Even if a person had said before that the first was to be installed.
    fleet = Fleet()
    try fleet.say("\(Fleet.uuid(1))", #"{"profile":"core"}"#)
    #expect(fleet.boot("u1 m1") == .installer(Self.u1))
    #expect(fleet.boot("u2 m1") == .installer(Self.u2))
    try fleet.report(Self.u2, .installed)
    #expect(fleet.boot("u1 m1") == .held(.contradiction))
    try fleet.say("\(Fleet.uuid(1))", #"{"profile":"core"}"#, makes: false)
    #expect(fleet.boot("u1 m1") == .installer(Self.u1))
  }

  @Test func `by a name that became junk is still that of its record`() throws {
    let blank = "4c4c4544-0000-2010-8020-80c04f202020"
    let id = try #require(MachineID(blank))
    let text = Self.machine("m1", id: id, .installed).fileText
      .replacing("\"uuid\": null", with: "\"uuid\": \"\(blank)\"")
      .replacing("\"serial\": null", with: "\"serial\": \"123456\"")
    let machine = try Machine(parsing: Array(text.utf8), id: id, file: "f")
    #expect(machine.uuid?.description == blank && machine.usableUUID == nil)
    #expect(machine.serial == "123456" && machine.usableSerial == nil && machine.fileText == text)
    var fleet = Self.fleet(machine)
    #expect(fleet.boot("m1") == .disk && fleet.boot("u1 m1 s1") == .disk)
    #expect(try fleet.roster.resolve(blank).machine.id == id)
    #expect(try fleet.roster.resolve("123456").machine.id == id)
  }

  @Test func `that is held can be forged, and then holds nobody but itself`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1 s1")
    for words in ["u1 m8 s8", "u1 m2 s2", "u2 m1", "m2 s1", "u1 m1 s9"] { _ = fleet.boot(words) }
    #expect(fleet.boot("u1 m1 s1") == .disk)
    try fleet.say("\(Self.u1)", #"{"state":"configured"}"#, makes: false)
    for words in ["u1 m8 s8", "u1 m2 s2"] { #expect(fleet.boot(words) == .held(.contradiction)) }
    #expect(fleet.boot("u1 m1 s1") == .installer(Self.u1))
    #expect(fleet.machine(Self.u1)?.macs == [Fleet.mac(1)])
  }

  @Test func `that told another's card in passing does not hold that one`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1")
    #expect(fleet.boot("u2 m2") == .installer(Self.u2))
    #expect(fleet.boot("u1 m2 s2") == .disk)
    #expect(fleet.machine(Self.u1)?.told.first?.mac == Fleet.mac(2))
    #expect(fleet.boot("u2 m2 s2") == .installer(Self.u2))
    // But who is new is in doubt.
    #expect(fleet.boot("u3 m2") == .held(.contradiction))
  }

  @Test func `from a dock that three boards have is nobody's but its own`() throws {
    var fleet = Fleet()
    for number in 1...3 {
      var boot = Fleet.identity("u\(number) s\(number)")
      boot.read(.mac, Array(Fleet.mac(77).description.utf8)[...], isHex: false)
      #expect(fleet.boot(boot) == .installer(MachineID(Fleet.uuid(number))))
      try fleet.report(MachineID(Fleet.uuid(number)), .installed)
    }
    #expect(fleet.boot("u4 m77") == .installer(MachineID(Fleet.uuid(4))))
    // Without a UUID it may be any of them.
    #expect(fleet.boot("m77") == .held(.contradiction))
    try fleet.report(MachineID(Fleet.uuid(4)), .installed)
    #expect(fleet.boot("m77") == .disk)
    // A dock vouches for nobody.
    #expect(fleet.boot("u1 m77 s9") == .held(.contradiction))
  }

  @Test func `that two forged records could unguard is guarded still`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1 s1")
    for number in 11...15 { _ = fleet.boot("u\(number) x\(number) s1") }
    for number in 21...25 { _ = fleet.boot("u\(number) m1") }
    #expect(fleet.boot("u2 m2 s1") == .held(.contradiction))
    #expect(fleet.boot("u2 m1") == .held(.contradiction))
    #expect(fleet.boot("u1 m1 s1") == .disk)
  }
}
