// BootServerTests: tables that fit a terminal.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import BootServer

@Suite("The table of machines")
struct MachineTableTests {
  static let now = 1_795_824_000  // 2026-11-28T00:00:00Z

  static func machines() throws -> [JSON] {
    try MachinesTextTests.json(
      #"""
      [{"id":"4c4c4544-0031-3010-8034-b7c04f4b4c31","hostname":null,"macs":["52:54:00:55:1c:ee","x"],
        "profile":"core","state":"running","lastSeen":"2026-11-27T23:57:00Z"},
       {"id":"b","hostname":"node1","macs":[],"state":"unknown","held":{"reason":"tie","says":"why"}}]
      """#
    ).elements
  }

  @Test func `has name, MAC, profile, state with its reason, and when it was seen`() throws {
    #expect(
      MachineTable(now: Self.now).text(try Self.machines()) == """
        NAME                                  MAC                   PROFILE  STATE          LAST SEEN
        4c4c4544-0031-3010-8034-b7c04f4b4c31  52:54:00:55:1c:ee +1  core     running        3 min ago
        node1                                 -                     -        unknown (tie)  -
        b is held: why

        """)
  }

  @Test func `fits the terminal, and keeps the MAC whole`() throws {
    let lines = MachineTable(width: 80, now: Self.now).text(try Self.machines())
      .split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      lines[1]
        == "4c4c4544-0031-3010-803...  52:54:00:55:1c:ee +1  core     running        3 min ago"
        .prefix(80) || lines[1].contains("...  52:54:00:55:1c:ee +1  core"))
    #expect(lines[1].hasPrefix("4c4c4544-"))
  }

  @Test func `has all columns when it is wide`() throws {
    let text = MachineTable(width: 40, isWide: true, now: Self.now).text(try Self.machines())
    #expect(text.contains("LAST SEEN  ID  ") && text.contains("METADATA") && !text.contains("..."))
  }

  @Test(arguments: [
    ("2026-11-27T23:59:55Z", "now"), ("2026-11-27T23:59:00Z", "1 min ago"),
    ("2026-11-27T23:59:30Z", "30 s ago"), ("2026-11-27T21:00:00Z", "3 h ago"),
    ("2026-11-26T21:00:00Z", "1 day ago"), ("2026-11-01T00:00:00Z", "27 days ago"),
    ("2026-11-29T00:00:00Z", "2026-11-29T00:00:00Z"), ("soon", "soon"), ("", ""),
  ])
  func `says how long ago`(time: String, words: String) {
    #expect(MachineTable.ago(.string(time), Self.now) == words)
  }

  @Test func `goes on below where a trail is too wide`() throws {
    let trail = try MachinesTextTests.json(
      #"""
      [{"time":"2026-11-21T12:00:00Z","by":"uid:0 by the socket","why":"claimed for profile core",
        "change":"CZC1: state unknown -> configured, profile - -> core"}]
      """#
    ).elements
    let lines = MachinesText.trail(trail, width: 80).split(separator: "\n")
    #expect(lines.count > 2 && lines.allSatisfy { $0.count <= 80 })
    #expect(MachinesText.trail(trail).split(separator: "\n").count == 2)
    #expect(lines.dropFirst().joined().contains("claimed for"))
  }

  @Test func `has the time in front of a change`() {
    #expect(MachinesText.timed("a: removed", nil, now: Self.now) == "00:00:00Z  a: removed\n")
    let long = MachinesText.timed(
      Array(repeating: "word", count: 30).joined(separator: " "), 80, now: Self.now)
    #expect(long.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(long.split(separator: "\n")[1].hasPrefix("           word"))
  }
}
