// BootTests: what becomes of a boot.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("The plan of a boot")
struct BootPlanTests {
  static let boot = Fleet.identity("u1 m1")
  static let id = MachineID(Fleet.uuid(1))
  static let installs = ProfileFacts(installs: true)
  static let bootsOnly = ProfileFacts(installs: false)
  static let broken = ProfileFacts(installs: nil, problem: "profiles/core.json is broken")

  static func entry(_ state: MachineState) -> Roster.Entry {
    Roster.Entry(IdentificationTests.machine("u1 m1", state), token: "t")
  }

  static func plan(
    _ found: Identification?, _ facts: ProfileFacts = installs, choice: Choice? = nil,
    policy: HoldPolicy = .hold, careful: Careful? = nil, isLook: Bool = false
  ) -> BootPlan {
    var situation = BootSituation(boot, found: found)
    (situation.choice, situation.policy) = (choice, policy)
    (situation.careful, situation.isLook) = (careful, isLook)
    return BootPlan(situation) { _ in facts }
  }

  static func words(_ plan: BootPlan) -> String {
    switch plan {
    case .ask: "ask"
    case .writeDown: "write down"
    case .beginInstall: "begin install"
    case .serve(_, .install): "installer"
    case .serve(_, .boot): "script"
    case .localDisk(.insteadOf(let hold)): "disk instead of \(hold.reason)"
    case .localDisk(.inUse): "disk"
    case .localDisk(.broken(_, let problem)): "disk, \(problem)"
    case .localDisk(.allInUse): "disk of several"
    case .hold(let hold): "hold \(hold.reason)"
    case .nameless: "nameless"
    }
  }

  @Test(arguments: [
    (MachineState.unknown, installs, "write down"), (.configured, installs, "begin install"),
    (.installing, installs, "installer"), (.installed, installs, "disk"),
    (.running, installs, "disk"), (.configured, bootsOnly, "script"),
    (.installing, bootsOnly, "script"), (.installed, bootsOnly, "script"),
    (.running, bootsOnly, "script"), (.configured, broken, "hold profile"),
    (.installing, broken, "hold profile"),
    (.installed, broken, "disk, profiles/core.json is broken"), (.running, broken, "hold profile"),
  ])
  func `of a known machine is that of its state and profile`(
    state: MachineState, facts: ProfileFacts, what: String
  ) {
    #expect(Self.words(Self.plan(.known(Self.entry(state), sharing: []), facts)) == what)
  }

  @Test(arguments: [
    (Choice.none, "hold unmatched", "disk instead of unmatched"),
    (.tie(["profiles/a.json", "profiles/b.json"]), "hold tie", "hold tie"),
    (.broken("p"), "hold profile", "hold profile"),
    (.inDoubt([SharedNames(id, [])]), "hold contradiction", "disk instead of contradiction"),
    (.careful, "hold careful", "disk instead of careful"),
  ])
  func `of a machine that was written down is what came of it`(
    choice: Choice, held: String, local: String
  ) {
    let found = Identification.known(Self.entry(.unknown), sharing: [])
    #expect(Self.words(Self.plan(found, choice: choice)) == held)
    #expect(Self.words(Self.plan(found, choice: choice, policy: .local)) == local)
  }

  @Test func `withholds an installer, and nothing else, from a machine in doubt`() {
    let sharing = [SharedNames(MachineID(Fleet.uuid(2)), [.mac(Fleet.mac(1))])]
    for (state, facts, what) in [
      (MachineState.configured, Self.installs, "hold contradiction"),
      (.installing, Self.installs, "hold contradiction"), (.configured, Self.bootsOnly, "script"),
      (.running, Self.bootsOnly, "script"), (.running, Self.installs, "disk"),
    ] {
      let found = Identification.known(Self.entry(state), sharing: sharing)
      #expect(Self.words(Self.plan(found, facts)) == what)
    }
    let contradiction = Identification.contradiction(Self.entry(.configured))
    #expect(Self.words(Self.plan(contradiction)) == "hold contradiction")
    #expect(Self.words(Self.plan(contradiction, policy: .local)) == "disk instead of contradiction")
    #expect(Self.words(Self.plan(contradiction, Self.bootsOnly)) == "script")
    let several = Identification.several([Self.entry(.installed), Self.entry(.running)])
    #expect(Self.words(Self.plan(several)) == "hold contradiction")
    let all = Identification.several([Self.entry(.installed), Self.entry(.installed)])
    #expect(Self.words(Self.plan(all, Self.broken)) == "disk of several")
  }

  @Test func `of what is no machine waits, asks or says so`() {
    #expect(Self.words(Self.plan(nil)) == "hold state")
    #expect(Self.words(Self.plan(.new(Self.id, sharing: []))) == "write down")
    #expect(Self.words(Self.plan(.damaged(Self.id, .changed(Self.id)))) == "hold record")
    #expect(Self.words(Self.plan(.otherHardware(Self.id))) == "hold record")
    #expect(Self.words(Self.plan(.nameless(sharing: []))) == "nameless")
    let nothing = BootSituation(BootIdentity(), found: nil)
    #expect(Self.words(BootPlan(nothing) { _ in Self.installs }) == "ask")
  }

  @Test func `changes nothing for who only looks`() {
    let look = { (found: Identification) in Self.words(Self.plan(found, isLook: true)) }
    #expect(look(.new(Self.id, sharing: [])) == "hold unmatched")
    #expect(look(.known(Self.entry(.unknown), sharing: [])) == "hold unmatched")
    #expect(look(.known(Self.entry(.configured), sharing: [])) == "installer")
    #expect(look(.known(Self.entry(.installed), sharing: [])) == "disk")
  }

  @Test func `tells a client nothing of other machines, and the log all`() {
    let other = MachineID(Fleet.uuid(77))
    let sharing = [
      SharedNames(other, [.mac(Fleet.mac(7)), .serial("czc-7")]),
      SharedNames(MachineID(Fleet.mac(8)), [.uuid(Fleet.uuid(8))]),
    ]
    let holds: [Hold] = [
      .record(other, "machines/\(other).json cannot be used", isSaid: false),
      .sharesNames(Self.id, sharing), .saysUUID(of: other), .several([other, Self.id]),
    ]
    for hold in holds {
      for secret in ["77", "czc-7", "52-54", "52:54", "\(Fleet.uuid(8))"] {
        #expect(!hold.console.contains(secret), "\(hold.console)")
      }
      #expect(hold.log.contains("\(other)"), "\(hold.log)")
    }
    #expect(Hold.sharesNames(Self.id, sharing).console.hasPrefix("its mac and serial is that of"))
    let words = Set(Hold.Reason.allCases.map(\.rawValue))
    #expect(
      words == [
        "unmatched", "tie", "profile", "record", "contradiction", "careful", "state",
        "failed-tries", "file",
      ])
  }
}

@Suite("A careful server")
struct CarefulTests {
  static func fleet() -> Fleet {
    var fleet = Fleet()
    fleet.batch = 50
    fleet.careful = Careful(since: 50)
    return fleet
  }

  @Test func `gives newcomers no installer, and everything else`() {
    var fleet = Self.fleet()
    #expect(fleet.boot("u1 m1") == .held(.careful))
    #expect(fleet.machine(MachineID(Fleet.uuid(1)))?.state == .unknown)
    #expect(fleet.boot("u2 r2") == .script(MachineID(Fleet.uuid(2))))
    #expect(fleet.boot("u3 x3") == .held(.unmatched))
    fleet.policy = .local
    #expect(fleet.boot("u1 m1") == .disk)
    fleet.careful = nil
    #expect(fleet.boot("u1 m1") == .installer(MachineID(Fleet.uuid(1))))
  }

  @Test func `believes what a person says now`() throws {
    var fleet = Self.fleet()
    try fleet.say("\(Fleet.uuid(1))", #"{"profile":"core"}"#)
    #expect(fleet.boot("u1 m1") == .installer(MachineID(Fleet.uuid(1))))
    _ = fleet.boot("u2 m2")
    try fleet.say("\(Fleet.uuid(2))", #"{"profile":"core"}"#, makes: false)
    #expect(fleet.boot("u2 m2") == .installer(MachineID(Fleet.uuid(2))))
  }

  /// Row 9c: the record in the backup says that the machine waits; it was installed since.
  @Test(arguments: [MachineState.configured, .installing])
  func `believes no record that it has installed`(state: MachineState) throws {
    var fleet = Self.fleet()
    let id = MachineID(Fleet.uuid(1))
    var machine = IdentificationTests.machine("u1 m1", state)
    machine.claimedIn = 5
    machine.revision = 50
    fleet.roster.put(Roster.Entry(machine, token: "t"))
    #expect(fleet.boot("u1 m1") == .held(.careful))
    #expect(fleet.console.contains("machines claim \(id) --profile NAME"))
    try fleet.say("\(id)", #"{"profile":"core"}"#, makes: false)
    #expect(fleet.boot("u1 m1") == .installer(id))
  }

  @Test func `boots the disks of those in use`() {
    var fleet = Self.fleet()
    fleet.roster.put(Roster.Entry(IdentificationTests.machine("u1 m1", .installed), token: "t"))
    #expect(fleet.boot("u1 m1") == .disk)
  }
}
