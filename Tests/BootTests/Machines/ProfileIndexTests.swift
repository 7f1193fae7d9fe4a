// BootTests: the choice among many profiles.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

@testable import Boot

@Suite("An index of profiles")
struct ProfileIndexTests {
  private static func value(_ key: String, _ random: inout SplitMix) -> String {
    func pick(_ list: [String]) -> String { list.randomElement(using: &random) ?? "" }
    let number = Int.random(in: 0..<4, using: &random)
    switch key {
    case "uuid": return pick([Fleet.uuid(number).description, "4c4c*", "*"])
    case "mac":
      return pick([
        Fleet.mac(number).description, Fleet.mac(number, kind: "r").description, "52:54:0*",
        "525400*", "*",
      ])
    case "serial":
      return pick([Fleet.serial(number), "czc*", "CZC-\(number)*", "*", "É*", "é\(number)"])
    case "asset": return pick(["a\(number)", "A*"])
    case "hostname": return pick(["n\(number).lab", "N*"])
    case "ip":
      return pick([
        "10.0.0.\(number)", "10.0.0.0/\(24 + number)", "10.*", "0.0.0.0/0", "2001:db8::/32",
        "2001:db8::\(number)", "::/0",
      ])
    case "platform": return pick(["efi", "pcbios", "*"])
    default: return pick(["x86_64", "arm64", "x86*"])
    }
  }

  private static func candidate(_ number: Int, _ random: inout SplitMix) -> Candidate {
    var members: [String] = []
    if Int.random(in: 0..<8, using: &random) > 0 {
      let keys = ["uuid", "mac", "serial", "asset", "hostname", "ip", "platform", "buildarch"]
        .shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
      let rules = keys.map { key in
        let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in
          "\"\(value(key, &random))\""
        }
        return "\"\(key)\":[\(values.joined(separator: ","))]"
      }
      members.append("\"match\":{\(rules.joined(separator: ","))}")
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      members.append("\"quantity\":\(Int.random(in: 0..<3, using: &random))")
    }
    if Int.random(in: 0..<3, using: &random) == 0 {
      members.append("\"priority\":\(Int.random(in: 0..<3, using: &random))")
    }
    if Int.random(in: 0..<12, using: &random) == 0 { members.append("\"version\":7") }
    let name = number == 0 && Bool.random(using: &random) ? "default" : "p\(number)"
    return Candidate(name: name, parsing: Array("{\(members.joined(separator: ","))}".utf8))
  }

  private static func machine(_ random: inout SplitMix) -> Machine {
    var machine = Machine(id: MachineID(Fleet.mac(1)), firstSeen: Timestamp(seconds: 0))
    func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
    let number = Int.random(in: 0..<4, using: &random)
    machine.uuid = maybe(Fleet.uuid(number))
    machine.macs = [maybe(Fleet.mac(number)), maybe(Fleet.mac(number, kind: "r"))].compactMap { $0 }
    machine.serial = maybe(["CZC-\(number)-X", "é\(number)", "e\u{301}\(number)"][number % 3])
    machine.asset = maybe("A\(number)")
    machine.hostname = maybe("n\(number).lab")
    machine.ip = maybe(["10.0.0.\(number)", "2001:db8::\(number)", "10.0.1.9"][number % 3])
    machine.platform = maybe("efi")
    machine.arch = maybe("x86_64")
    return machine
  }

  @Test(arguments: rounds(300))
  func `chooses as the rule does`(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let candidates = (0..<Int.random(in: 0..<25, using: &random)).map {
      Self.candidate($0, &random)
    }
    let index = ProfileIndex(candidates)
    for _ in 0..<25 {
      let machine = Self.machine(&random)
      let salt = Int.random(in: 0..<3, using: &random)
      let count: (String) -> Int = { ($0.utf8.count + Int($0.utf8.last ?? 0) + salt) % 3 }
      #expect(
        index.choose(for: machine, count: count)
          == Selection.choose(for: machine, among: candidates, count: count), "seed \(seed)")
    }
  }

  @Test func `asks few of many`() {
    let candidates = (0..<10_000).map { number in
      Candidate(
        name: "p\(number)",
        parsing: Array(#"{"match":{"mac":"\#(Fleet.mac(number))","platform":"efi"}}"#.utf8))
    }
    let index = ProfileIndex(candidates)
    var machine = Machine(id: MachineID(Fleet.mac(7)), firstSeen: Timestamp(seconds: 0))
    machine.platform = "efi"
    let clock = ContinuousClock()
    let time = clock.measure {
      for number in 0..<1000 {
        machine.macs = [Fleet.mac(number * 10)]
        #expect(SelectionTests.name(index.choose(for: machine) { _ in 0 }) == "p\(number * 10)")
      }
    }
    // Ten million rules would take a minute and more.
    #expect(time < .seconds(5), "\(time)")
  }

  @Test func `knows its profiles by name`() {
    let index = ProfileIndex(
      ["core", "rack/1"].map { Candidate(name: $0, parsing: Array("{".utf8)) })
    #expect(index["core"]?.file == "profiles/core.json" && index["none"] == nil)
    #expect(index.facts(of: "rack/1").problem?.hasPrefix("profiles/rack/1.json") == true)
    #expect(
      index.facts(of: "x")
        == ProfileFacts(installs: nil, problem: "there is no profiles/x.json"))
    #expect(
      ProfileIndex([Candidate(name: "a", parsing: Array(#"{"install":{}}"#.utf8))]).facts(of: "a")
        == ProfileFacts(installs: true))
  }
}
