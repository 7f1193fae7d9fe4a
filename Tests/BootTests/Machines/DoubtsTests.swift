// BootTests: doubts, and how a person ends them.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("Doubts")
struct DoubtsTests {
  static let u1 = MachineID(Fleet.uuid(1))
  static let u2 = MachineID(Fleet.uuid(2))

  @Test func `say who may be whom, by what, and what decides it`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1 s1")
    #expect(fleet.roster.doubts.isEmpty)
    _ = fleet.boot("u2 m1 s1")
    _ = fleet.boot("u3 x3")
    let doubt = try #require(fleet.roster.doubts.first)
    #expect(fleet.roster.doubts.count == 1 && doubt.isOneToOne)
    #expect(doubt.old == Self.u1 && doubt.new == Self.u2)
    #expect(doubt.names == [.mac(Fleet.mac(1)), .serial(Fleet.serial(1).lowercased())])
    #expect(doubt.sameCommand == "coreos-ipxe-server machines doubts --same \(Self.u2)")
    #expect(doubt.otherCommand == "coreos-ipxe-server machines claim \(Self.u2) --profile NAME")
  }

  @Test func `end when the two are one: the names move over, the new record goes`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1 s1")
    _ = fleet.boot("u2 m1 s1")
    _ = fleet.boot("u2 x2 s1")
    fleet.keep(try fleet.rules.same(Self.u2, why: "a person says so"))
    let machine = try #require(fleet.machine(Self.u1))
    #expect(fleet.roster.count == 1 && machine.state == .running && machine.isInUse)
    #expect(
      machine.uuid == Fleet.uuid(2) && machine.macs == [Fleet.mac(1), Fleet.mac(2, kind: "x")])
    #expect(fleet.boot("u2 x2 s1") == .disk && fleet.roster.doubts.isEmpty)
    // Firmware that is set back is not new either, by any card.
    #expect(fleet.boot("u1 m1 s1") == .held(.record))
    #expect(fleet.boot("u1 m9") == .held(.record))
  }

  @Test func `end when the new one is claimed`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1")
    #expect(fleet.boot("u2 m1") == .held(.contradiction))
    try fleet.say("\(Self.u2)", #"{"profile":"core"}"#, makes: false)
    #expect(fleet.roster.doubts.isEmpty)
    #expect(fleet.boot("u2 m1") == .installer(Self.u2))
    #expect(fleet.boot("u1 m1") == .disk)
  }

  @Test func `are not decided where there are none, or several`() throws {
    var fleet = Fleet()
    try fleet.install("u1 m1")
    try fleet.install("u3 m3")
    _ = fleet.boot("u2 m1")
    _ = fleet.boot("u2 m3")
    #expect(fleet.roster.doubts.map(\.isOneToOne) == [false, false])
    #expect(throws: MachineError.notInDoubt(Self.u2, with: [Self.u1, MachineID(Fleet.uuid(3))])) {
      try fleet.rules.same(Self.u2, why: "w")
    }
    #expect(throws: MachineError.notInDoubt(Self.u1, with: [])) {
      try fleet.rules.same(Self.u1, why: "w")
    }
    #expect(throws: MachineError.self) { try fleet.rules.same(MachineID(Fleet.uuid(9)), why: "w") }
    #expect(fleet.rules.allOneToOne(why: "w").isEmpty)
  }

  @Test func `of a whole fleet with new firmware are decided at once`() throws {
    var fleet = Fleet()
    for number in 1...500 { try fleet.install("u\(number) m\(number) s\(number)") }
    for number in 1...500 {
      #expect(fleet.boot("u\(number + 1000) m\(number) s\(number)") == .held(.contradiction))
    }
    for number in 5000..<6000 { _ = fleet.boot("u\(number) x\(number)") }
    let clock = ContinuousClock()
    let time = clock.measure { #expect(fleet.roster.doubts.count == 500) }
    #expect(time < .seconds(3), "\(time)")
    let decisions = fleet.rules.allOneToOne(why: "w")
    #expect(decisions.count == 500)
    for decision in decisions { fleet.keep(decision) }
    for number in 1...500 {
      #expect(fleet.boot("u\(number + 1000) m\(number) s\(number)") == .disk)
    }
    #expect(fleet.roster.count == 1500 && fleet.roster.doubts.isEmpty)
  }

  @Test func `are there for a waiting machine, too, and give its slot back`() throws {
    var fleet = Fleet([("core", #"{"install":{},"quantity":2}"#)])
    #expect(fleet.boot("u1 m1") == .installer(Self.u1))
    #expect(fleet.boot("u2 m1") == .installer(Self.u2))
    try fleet.report(Self.u1, .installed)
    #expect(fleet.roster.doubts.map(\.new) == [Self.u2])
    fleet.keep(try fleet.rules.same(Self.u2, why: "w"))
    #expect(fleet.roster.count(profile: "core") == 1 && fleet.boot("u2 m1") == .disk)
  }
}
