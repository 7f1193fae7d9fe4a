// BootServerTests: machines and states as a person sees them.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import BootServer

@Suite("What a terminal shows")
struct MachinesTextTests {
  static func json(_ text: String) throws -> JSON { try JSONReader.read(Array(text.utf8)) }

  @Test func `is why a machine waits, below the table`() throws {
    let machines = try Self.json(
      #"""
      [{"id":"a","serial":"S1","state":"unknown","held":{"reason":"tie","since":"2026-11-21T12:00:00Z",
        "says":"two profiles take it: profiles/p.json and profiles/q.json"},"failedTries":0},
       {"id":"b","state":"installing","held":null,"failedTries":3},
       {"id":"c","state":"installing","failedTries":1},
       {"id":"d","state":"unknown","held":{"reason":"state","since":null,"says":""}}]
      """#
    ).elements
    #expect(
      MachinesText.table(machines) == """
        ID  IP  SERIAL  PROFILE  IPMIADDR  PROVIDERID  ETCDTOKEN  METADATA  COREOS  STATE       LASTBOOT  HELD
        a   -   S1      -        -         -           -          -         -       unknown     -         tie
        b   -   -       -        -         -           -          -         -       installing  -         -
        c   -   -       -        -         -           -          -         -       installing  -         -
        d   -   -       -        -         -           -          -         -       unknown     -         state
        a (S1) is held since 2026-11-21T12:00:00Z: two profiles take it: profiles/p.json and profiles/q.json
        b: its installer was served 3 times and has not reported; look at its console, each time may write its disk
        d is held: state

        """)
  }

  @Test func `counts those that wait where they are many`() throws {
    let held = #"{"id":"m","held":{"reason":"tie","since":"","says":"x"}}"#
    let machines = try Self.json(
      "[" + Array(repeating: held, count: 500).joined(separator: ",") + "]")
    let lines = AttentionText.lines(machines.elements)
    #expect(lines.count == 21)
    #expect(lines.last == "and 480 more that wait; coreos-ipxe-server machines show ID says why")
  }

  @Test func `is every key of one machine`() throws {
    let machine = try Self.json(
      #"""
      {"id":"a","macs":["m1","m2"],"held":{"reason":"tie","since":"t","says":"why"},"failedTries":2,
       "told":[{"uuid":"u","mac":"m","serial":null},{"serial":"S"}],"metadata":{"k":1}}
      """#)
    #expect(
      MachinesText.details(machine) == """
        id           a
        macs         m1, m2
        held.reason  tie
        held.since   t
        held.says    why
        failedTries  2
        told         uuid=u,mac=m
        told         serial=S
        metadata.k   1

        """)
  }

  @Test func `is a change in one word`() throws {
    let old = try Self.json(#"[{"id":"a","held":null,"failedTries":1}]"#).elements
    let new = try Self.json(
      #"[{"id":"a","held":{"reason":"tie","says":"long"},"failedTries":2}]"#
    ).elements
    #expect(
      MachinesText.changes(from: old, to: new, json: false)
        == ["a: held - -> tie, failedTries 1 -> 2"])
  }

  @Test func `is what is wrong with the state, and what to do`() throws {
    let bad = try Self.json(
      #"{"format":1,"careful":"the marker names batch 9, here is 3","behind":2,"problem":"disk full"}"#
    )
    #expect(
      StateText.warnings(bad) == [
        "careful: the marker names batch 9, here is 3; new machines get no installer. If this list"
          + " is the right one: coreos-ipxe-server machines trust-state",
        "the state has a problem: disk full; see the server's log",
        "records not yet in their files: 2; they are safe in the journal, and follow within"
          + " seconds. Where this stays the disk may be full: coreos-ipxe-server machines state",
      ])
    for good in [#"{}"#, #"{"careful":null,"behind":0,"problem":null}"#, #"{"careful":false}"#] {
      #expect(StateText.warnings(try Self.json(good)).isEmpty)
    }
  }

  @Test func `is a pair of machines, what they share and what decides`() throws {
    let doubts = try Self.json(
      #"""
      [{"old":"o1","new":"n1","shares":[{"name":"mac","value":"52:54:00:00:00:01"},{"name":"serial",
        "value":"S"}],"command":"coreos-ipxe-server machines doubts --same n1"}]
      """#
    ).elements
    #expect(
      DoubtsText.list(doubts) == """
        OLD  NEW  SHARES
        o1   n1   mac 52:54:00:00:00:01, serial S

        Where NEW is the machine OLD under new names:

          coreos-ipxe-server machines doubts --same n1

        Where it is another machine: coreos-ipxe-server machines claim NEW --profile NAME

        """)
    #expect(DoubtsText.list([]) == "No machine is in doubt.\n")
  }

  static let hostile = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\u{200f}\r\n\u{e0041}é"

  @Test func `never holds what a terminal obeys`() throws {
    #expect(Terminal.harmless(Self.hostile) == "?]0;x??2J??????é")
    let value = JSON.object([JSON.Member(Self.hostile, .array([.string(Self.hostile)]))])
    let text = Terminal.json(value)
    #expect(Terminal.harmless(text) == text)
    #expect(try Self.json(text) == value)
    let machine = JSON.object([
      JSON.Member("id", .string(Self.hostile)), JSON.Member("problem", .string(Self.hostile)),
      JSON.Member("held", value), JSON.Member("metadata", value),
      JSON.Member("told", .array([value])), JSON.Member(Self.hostile, value),
    ])
    let texts = [
      MachinesText.table([machine]), MachinesText.details(machine), MachinesText.summary(machine),
      MachinesText.trail([machine]), DoubtsText.list([machine]),
      MachinesText.changes(from: [], to: [machine], json: false).joined(),
      MachinesText.changes(from: [machine], to: [], json: true).joined(),
      MachinesText.changes(
        from: [.object([JSON.Member("id", .string(Self.hostile))])], to: [machine], json: false
      ).joined(),
    ]
    for text in texts {
      let lines = text.split(separator: "\n").joined()
      #expect(Terminal.harmless(lines) == lines)
    }
  }

  @Test func `stays small when a value is huge`() throws {
    let huge = JSON.object([JSON.Member("id", .string(String(repeating: "x", count: 100_000)))])
    let small = JSON.object([JSON.Member("id", .string("a"))])
    let text = MachinesText.table([huge] + Array(repeating: small, count: 1000))
    #expect(text.utf8.count < 400_000)
  }
}
