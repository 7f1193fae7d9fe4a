// BootTests: which profile a machine gets.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("The choice of a profile")
struct SelectionTests {
  static var machine: Machine {
    var machine = Machine(
      id: MachineID("52-54-00-12-34-56")!, firstSeen: Timestamp(seconds: 0))
    machine.uuid = MachineUUID("4c4c4544-0031-3010-8034-b4c04f333232")
    machine.macs = [MACAddress("02:00:00:00:00:09")!, MACAddress("52:54:00:12:34:56")!]
    machine.serial = "CZC-1"
    machine.asset = "rack 7"
    machine.hostname = "db1.lab"
    machine.ip = "10.1.2.3"
    machine.arch = "x86_64"
    machine.platform = "efi"
    return machine
  }

  static func candidate(_ name: String, _ json: String) -> Candidate {
    Candidate(name: name, parsing: Array(json.utf8))
  }

  static func choose(
    _ profiles: [(String, String)], counts: [String: Int] = [:], for machine: Machine = machine
  ) -> Choice {
    Selection.choose(
      for: machine, among: profiles.map { candidate($0.0, $0.1) }, count: { counts[$0] ?? 0 })
  }

  static func name(_ choice: Choice) -> String {
    switch choice {
    case .profile(let name, _): name
    case .none: "none"
    case .tie(let files): "tie " + files.joined(separator: " ")
    case .broken(let problem): "broken " + problem
    case .inDoubt(let sharing): "in doubt \(sharing)"
    case .careful: "careful"
    }
  }

  @Test(arguments: [
    #"{"mac":"52:54:00:*"}"#, #"{"mac":["aa:*","52-54-00-12-34-56"]}"#, #"{"mac":"525400*"}"#,
    #"{"uuid":"4C4C4544*"}"#, #"{"uuid":"4c4c4544-0031-3010-8034-b4c04f333232"}"#,
    #"{"serial":"czc-*"}"#, #"{"serial":"*"}"#, #"{"asset":"RACK 7"}"#, #"{"hostname":"DB*"}"#,
    #"{"ip":"10.1.0.0/16"}"#, #"{"ip":"10.1.2.3"}"#, #"{"ip":"10.1.*"}"#, #"{"ip":"0.0.0.0/0"}"#,
    #"{"platform":"EFI","buildarch":"x86_*"}"#, #"{"MAC":"52:54:*","Serial":["x","CZC-1"]}"#,
  ])
  func `takes a machine that matches`(match: String) {
    #expect(Self.name(Self.choose([("p", #"{"match":\#(match)}"#)])) == "p")
  }

  @Test(arguments: [
    #"{"mac":"52:54:01:*"}"#, #"{"serial":"CZC"}"#, #"{"serial":"CZC-1","platform":"pcbios"}"#,
    #"{"ip":"10.2.0.0/16"}"#, #"{"ip":"::/0"}"#, #"{"hostname":"db1"}"#, #"{"buildarch":"arm64"}"#,
  ])
  func `passes over a machine that does not`(match: String) {
    #expect(Self.name(Self.choose([("p", #"{"match":\#(match)}"#)])) == "none")
  }

  @Test(arguments: [
    (#"{"mac":"525400*"}"#, #"{"serial":"CZC-1","asset":"rack 7"}"#),
    (#"{"uuid":"4c*"}"#, #"{"mac":"52:54:00:12:34:56"}"#),
    (#"{"mac":"52:54:00:12:34:56"}"#, #"{"mac":"52:54:00:12:34:5*"}"#),
    (#"{"mac":"52:54:00:*"}"#, #"{"mac":"52:54:*","serial":"CZC-1"}"#),
    (#"{"serial":"CZC-1","asset":"rack*"}"#, #"{"serial":"CZC-1"}"#),
    (#"{"ip":"10.1.2.0/24"}"#, #"{"ip":"10.1.0.0/16"}"#),
    (#"{"ip":"10.1.2.3"}"#, #"{"ip":"10.1.2.0/31"}"#),
    (#"{"ip":"10.1.0.0/16"}"#, #"{"platform":"efi","buildarch":"x86_64"}"#),
    (#"{"mac":["aa:*","52:54:00:12:*"]}"#, #"{"mac":"52:54:00:*"}"#),
  ])
  func `prefers the more specific`(better: String, worse: String) {
    for profiles in [
      [("a", #"{"match":\#(better)}"#), ("b", #"{"match":\#(worse)}"#)],
      [("b", #"{"match":\#(worse)}"#), ("a", #"{"match":\#(better)}"#)],
    ] {
      #expect(Self.name(Self.choose(profiles)) == "a")
    }
  }

  @Test func `is a tie between equals, which a priority decides`() {
    let match = #""match":{"serial":"CZC-*"}"#
    #expect(
      Self.name(Self.choose([("b", "{\(match)}"), ("a", "{\(match)}")]))
        == "tie profiles/a.json profiles/b.json")
    let one = [("a", "{\(match)}"), ("b", #"{\#(match),"priority":10}"#)]
    #expect(Self.name(Self.choose(one)) == "b")
    let two = [("a", #"{\#(match),"priority":20}"#), ("b", #"{\#(match),"priority":10}"#)]
    #expect(Self.name(Self.choose(two)) == "b")
    let same = [("b", #"{\#(match),"priority":1}"#), ("a", #"{\#(match),"priority":1}"#)]
    #expect(Self.name(Self.choose(same)) == "a")
  }

  @Test func `passes over what is full, and fills in the order of priority and name`() {
    let profiles = [
      ("b", #"{"quantity":2}"#), ("a", #"{"quantity":1,"priority":9}"#), ("plain", "{}"),
      ("c", #"{"quantity":1}"#), ("default", "{}"),
      ("m", #"{"match":{"mac":"52*"},"quantity":1}"#),
    ]
    func pick(_ counts: [String: Int]) -> String {
      Self.name(Self.choose(profiles, counts: counts))
    }
    #expect(pick([:]) == "m")
    #expect(pick(["m": 1]) == "a")
    #expect(pick(["m": 1, "a": 1]) == "b")
    #expect(pick(["m": 1, "a": 1, "b": 1]) == "b")
    #expect(pick(["m": 1, "a": 1, "b": 2]) == "c")
    #expect(pick(["m": 1, "a": 1, "b": 2, "c": 1]) == "default")
    #expect(Self.name(Self.choose([("z", #"{"quantity":0}"#)])) == "none")
    #expect(
      Self.name(Self.choose([("default", #"{"quantity":1}"#)], counts: ["default": 1])) == "none")
    // A default that matches takes whom it matches, and nobody else.
    #expect(Self.name(Self.choose([("default", #"{"match":{"serial":"no"}}"#)])) == "none")
    #expect(Self.name(Self.choose([("rack/default", "{}")])) == "none")
  }

  @Test func `waits for a broken profile that asks for the machine`() {
    let profiles = [
      ("db", #"{"match":{"serial":"CZC-1"},"quantity":-1}"#), ("default", "{}"),
    ]
    #expect(
      Self.name(Self.choose(profiles))
        == #"broken profiles/db.json: "quantity" must be a whole number from 0 on, but is -1"#)
    var other = Self.machine
    other.serial = "X-9"
    #expect(Self.name(Self.choose(profiles, for: other)) == "default")
    #expect(
      Self.name(Self.choose([("any", #"{"quantity":"many"}"#), ("default", "{}")]))
        .hasPrefix("broken profiles/any.json"))
    #expect(Self.name(Self.choose([("broken", "{"), ("default", "{}")])) == "default")
  }

  @Test(arguments: [
    (#"{"match":1}"#, #""match" must be an object, but is a number"#),
    (#"{"match":{}}"#, #""match" holds no key; leave it out, or say what to match"#),
    (#"{"match":{"mac":[]}}"#, #""match.mac" holds no value, so it would match no machine"#),
    (
      #"{"match":{"max":"a"}}"#,
      #""match.max" is none of uuid, mac, serial, asset, hostname, ip, platform, buildarch"#
    ),
    (
      #"{"match":{"mac":"52:54:00:12:34"}}"#,
      #""match.mac" holds "52:54:00:12:34", which is no MAC address, whole or with a * at its end"#
    ),
    (
      #"{"match":{"uuid":"00000000-0000-0000-0000-000000000000"}}"#,
      #""match.uuid" holds "00000000-0000-0000-0000-000000000000", which is no UUID of one machine alone, whole or with a * at its end"#
    ),
    (
      #"{"match":{"ip":"10.0.0.0/33"}}"#,
      #""match.ip" holds "10.0.0.0/33", which is no address and no network such as 10.0.0.0/24"#
    ),
    (
      #"{"match":{"serial":"a*b"}}"#,
      #""match.serial" holds "a*b", which is empty, or has a * elsewhere than at its end"#
    ),
    (
      #"{"match":{"serial":[1]}}"#,
      #""match.serial" must be a string or a list of strings, but holds a number"#
    ),
    (#"{"quantity":1.5}"#, #""quantity" must be a whole number from 0 on, but is 1.5"#),
    (#"{"priority":"1"}"#, #""priority" must be a whole number from 0 on, but is a string"#),
    (
      #"{"install":{"quantity":1}}"#,
      #""install.quantity" cannot differ while a machine is being installed"#
    ),
    (
      #"{"install":{"os":"dos"}}"#,
      #""install.os" is "dos", which is no preset; is it "vyos"?; coreos-ipxe-server os list shows all of them"#
    ),
    (#"{"install":[]}"#, #""install" must be an object, but is a list"#),
  ])
  func `names file and key of what is wrong`(json: String, problem: String) {
    #expect(Self.candidate("p", json).problem == "profiles/p.json: \(problem)")
  }

  @Test(arguments: [
    ("2001:db8::/32", "2001:db8:0:1::7", 32), ("::1", "::1", Int.max), ("fe80::/10", "febf::1", 10),
    ("10.0.0.0/8", "10.255.0.1", 8),
  ])
  func `knows networks`(network: String, address: String, bits: Int) {
    #expect(IPNetwork(network)?.match(address) == bits)
  }

  @Test(arguments: [
    "10.0.0", "10.0.0.256", "1::2::3", "10.0.0.0/", "10.0.0.0/+8", "g::", ":::", "",
  ])
  func `knows what is no network`(text: String) { #expect(IPNetwork(text) == nil) }
}
