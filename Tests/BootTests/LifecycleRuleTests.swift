// BootTests: where a machine can go.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

@testable import Boot

@Suite("The lifecycle")
struct LifecycleRuleTests {
  static let disk = ("disk", #"{"install":{"cloud_config":"i"},"quantity":1}"#)
  static let memory = ("ram", "{}")

  static func rules(_ machine: Machine?, _ others: [Machine] = []) -> Rules {
    var roster = Roster()
    for machine in [machine].compactMap({ $0 }) + others {
      roster.put(Roster.Entry(machine, token: "t"))
    }
    return RosterTests.rules(roster, [disk, memory, ("broken", "{")])
  }

  static func machine(_ state: MachineState, _ profile: String?) -> Machine {
    var machine = Machine(id: RecordTests.id, firstSeen: Timestamp(seconds: 0))
    machine.state = state
    machine.profile = profile
    machine.generation = 4
    if state == .installed || state == .running { machine.installedAt = Timestamp(seconds: 50) }
    return machine
  }

  static func edit(
    _ machine: Machine, _ body: String, merges: Bool = true, others: [Machine] = []
  ) throws -> Machine {
    let edit = try MachineEdit(parsing: Array(body.utf8), merges: merges)
    let present = machine.answer(Machine.Sightings())
    return try rules(machine, others).edit(machine.id, edit, present: present, why: "w").machine
  }

  static func failure(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "none"
  }

  @Test func `goes its way once, and again when it is configured`() throws {
    var machine = Self.machine(.unknown, nil)
    machine = try Self.edit(machine, #"{"profile":"disk"}"#)
    #expect(machine.state == .configured && machine.generation == 5)
    machine = try Self.rules(machine).beginInstall(machine.id, for: nil).machine
    #expect(machine.state == .installing && machine.generation == 5)
    machine = try Self.rules(machine).report(machine.id, .installed).machine
    #expect(machine.state == .installed && machine.installedAt == Timestamp(seconds: 100))
    machine = try Self.rules(machine).report(machine.id, .running).machine
    #expect(machine.state == .running)
    machine = try Self.edit(machine, #"{"state":"configured"}"#)
    #expect(machine.state == .configured && machine.generation == 6 && machine.installedAt == nil)
  }

  @Test(arguments: [MachineState.installed, .running])
  func `takes a report that comes again as nothing new`(state: MachineState) throws {
    let machine = Self.machine(state, "disk")
    #expect(try Self.rules(machine).report(machine.id, state).machine == machine)
    #expect(try Self.rules(machine).report(machine.id, .installed).machine == machine)
    #expect(try Self.edit(machine, #"{"state":"\#(state)"}"#) == machine)
  }

  @Test func `of a machine without an install ends in running`() throws {
    let machine = Self.machine(.configured, "ram")
    #expect(try Self.rules(machine).report(machine.id, .running).machine.state == .running)
    #expect(
      Self.failure { _ = try Self.rules(machine).report(machine.id, .installed) }
        == "machine \(machine.id) is configured and cannot become installed:"
        + " only an installing machine can report that")
  }

  @Test(arguments: [
    (MachineState.unknown, "installed", "it has no profile"),
    (.unknown, "configured", "it has no profile"),
    (.configured, "installed", "only an installing machine"),
    (.configured, "running", "its profile installs"),
    (.configured, "installing", "only serving the installer's script"),
    (.installing, "running", "its installer has not reported"),
    (.installed, "installing", "only serving the installer's script"),
    (.running, "installed", "it is past that"),
    (.running, "installing", "only serving the installer's script"),
  ])
  func `refuses what does not follow, and says why`(
    state: MachineState, wanted: String, reason: String
  ) {
    let machine = Self.machine(state, state == .unknown ? nil : "disk")
    let line = Self.failure { _ = try Self.edit(machine, #"{"state":"\#(wanted)"}"#) }
    #expect(line.hasPrefix("machine \(machine.id) is \(state) and cannot become \(wanted): "))
    #expect(line.contains(reason), "\(line)")
  }

  @Test(arguments: MachineState.allCases)
  func `ends in unknown when the profile is taken away`(state: MachineState) throws {
    let machine = Self.machine(state, state == .unknown ? nil : "disk")
    for body in [#"{"profile":null}"#, #"{"profile":""}"#, #"{"state":"unknown"}"#] {
      let after = try Self.edit(machine, body)
      #expect(after.state == .unknown && after.profile == nil && after.installedAt == nil)
    }
  }

  @Test func `begins anew when the profile changes during an installation`() throws {
    let installing = try Self.edit(Self.machine(.installing, "disk"), #"{"profile":"ram"}"#)
    #expect(installing.state == .configured && installing.generation == 5)
    let installed = try Self.edit(Self.machine(.installed, "disk"), #"{"profile":"ram"}"#)
    #expect(installed.state == .installed && installed.generation == 4)
  }

  @Test func `gives no slot twice, and gives it back`() throws {
    var other = Self.machine(.running, "disk")
    other = Machine(id: MachineID("02-00-00-00-00-01")!, firstSeen: other.firstSeen)
    other.profile = "disk"
    other.state = .running
    let machine = Self.machine(.unknown, nil)
    #expect(
      Self.failure { _ = try Self.edit(machine, #"{"profile":"disk"}"#, others: [other]) }
        == "profile disk is full: its quantity is 1, and so many machines have it")
    // Who has the slot keeps it.
    let holder = Self.machine(.running, "disk")
    #expect(try Self.edit(holder, #"{"profile":"disk","hostname":"n"}"#).profile == "disk")
  }

  @Test(arguments: [
    ("[", "the body is not valid JSON"), ("[]", "the body must be a JSON object, but is a list"),
    (#"{"profil":"x"}"#, #"unknown key "profil"; did you mean "profile"?"#),
    (#"{"zzzzzz":1}"#, #"unknown key "zzzzzz""#),
    (#"{"lastSeen":"2020-01-01T00:00:00Z"}"#, #""lastSeen" cannot be set: the server keeps it"#),
    (#"{"id":"x"}"#, #""id" cannot be set: the server keeps it"#),
    (#"{"profile":"nope"}"#, #""profile": there is no profiles/nope.json"#),
    (#"{"profile":"broken"}"#, #""profile": profiles/broken.json is not valid JSON"#),
    (#"{"profile":7}"#, #""profile" must be a string, but is a number"#),
    (#"{"state":"up"}"#, #""state" must be one of "unknown", "configured""#),
    (#"{"metadata":[]}"#, #""metadata" must be an object, but is a list"#),
    (#"{"metadata":{"a":{}}}"#, #""metadata.a" must be a string, a number or true or false"#),
    (#"{"metadata":{"a b":"c"}}"#, #""metadata.a b" is no key"#),
    (#"{"macs":["x"]}"#, #""macs" holds "x", which is no MAC address of a card"#),
    (#"{"uuid":"x"}"#, #""uuid" must be a UUID that is one machine's alone, but is "x""#),
    (#"{"hostname":"a b"}"#, #""hostname" must be a host name"#),
    (#"{"serial":"a\nb"}"#, #""serial" must be printable text"#),
    (
      #"{"macs":["02:00:00:00:00:07"]}"#,
      #""macs": machine 02-00-00-00-00-01 has 02:00:00:00:00:07 already"#
    ),
  ])
  func `takes no edit that cannot be, and names its key`(body: String, reason: String) {
    var other = Machine(id: MachineID("02-00-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    other.macs = [MACAddress("02:00:00:00:00:07")!]
    (other.state, other.profile) = (.running, "ram")
    let line = Self.failure {
      _ = try Self.edit(Self.machine(.unknown, nil), body, others: [other])
    }
    #expect(line.hasPrefix(reason), "\(line)")
  }

  @Test func `merges metadata as RFC 7396 says, and replaces it in a PUT`() throws {
    var machine = Self.machine(.configured, "ram")
    machine = try Self.edit(machine, #"{"metadata":{"a":"1","b":true,"c":3}}"#)
    machine = try Self.edit(machine, #"{"metadata":{"a":null,"b":"2"}}"#)
    #expect(
      machine.metadata.sorted == [JSON.Member("b", .string("2")), JSON.Member("c", .number("3"))])
    let put = try Self.edit(machine, #"{"metadata":{"z":"9"}}"#, merges: false)
    #expect(put.metadata.sorted == [JSON.Member("z", .string("9"))])
    #expect(try Self.edit(machine, #"{"metadata":null}"#).metadata.isEmpty)
  }

  @Test func `accepts a read-only key that says what is so`() throws {
    let machine = Self.machine(.configured, "ram")
    let whole = JSONWriter.text(machine.answer(Machine.Sightings()))
    #expect(try Self.edit(machine, whole, merges: false) == machine)
  }

  @Test func `takes a stranger's names over, for it was this machine all along`() throws {
    var stranger = Machine(id: MachineID("02-00-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    stranger.uuid = MachineUUID(RosterTests.two)
    let edit = try MachineEdit(
      parsing: Array(#"{"uuid":"\#(RosterTests.two)"}"#.utf8), merges: true)
    let machine = Self.machine(.running, "disk")
    let decision = try Self.rules(machine, [stranger]).edit(
      machine.id, edit, present: nil, why: "w")
    #expect(decision.removals.map(\.id) == [stranger.id])
    #expect(decision.machine.uuid == stranger.uuid)
  }

  @Test func `goes on when the profile lost its install meanwhile`() throws {
    let machine = Self.machine(.installing, "ram")
    #expect(try Self.rules(machine).report(machine.id, .running).machine.state == .running)
  }

  @Test func `takes over machines that run already`() throws {
    let known = Self.machine(.unknown, nil)
    let after = try Self.edit(known, #"{"profile":"disk","state":"running"}"#)
    #expect(after.state == .running && after.installedAt == Timestamp(seconds: 100))
    let edit = try MachineEdit(
      parsing: Array(#"{"profile":"disk","state":"running"}"#.utf8), merges: false)
    let machine = try Self.rules(nil).make(RecordTests.id, edit, why: "w").machine
    #expect(machine.state == .running && machine.installedAt != nil && machine.uuid != nil)
    let alone = try MachineEdit(parsing: Array(#"{"state":"running"}"#.utf8), merges: false)
    #expect(throws: MachineError.self) { try Self.rules(nil).make(RecordTests.id, alone, why: "w") }
  }

  @Test func `is told in Mayu's kind of words`() {
    var machine = Self.machine(.installing, "disk")
    machine.serial = "CZC-1"
    var after = machine
    after.state = .installed
    #expect(ChangeWords.subject(from: machine, to: after) == "CZC-1: state installing -> installed")
    #expect(ChangeWords.subject(from: machine, to: nil) == "CZC-1: machine removed")
    #expect(ChangeWords.subject(from: machine, to: machine) == nil)
    after = machine
    after.generation += 1
    #expect(ChangeWords.subject(from: machine, to: after) == "CZC-1: token renewed")
  }

  @Test func `has all its transitions drawn in the docs`() throws {
    let text = try Repository.text("docs/machines.md")
    for row in Lifecycle.transitions where row.to != .unknown && row.to != .configured {
      #expect(text.contains("| `\(row.from)` | `\(row.to)` |"), "\(row.from) -> \(row.to)")
    }
  }
}
