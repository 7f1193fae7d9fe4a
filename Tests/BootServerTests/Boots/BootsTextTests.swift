// BootServerTests: boots on a terminal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import Testing
import Text

@testable import BootServer

@Suite("The table of boots")
struct BootsTextTests {
  private static let now: Int64 = 1_795_833_542_000

  private static func boot(
    _ state: BootRun.State, _ change: (inout BootRun) -> Void = { _ in }
  ) -> JSON {
    var run = BootRun(
      number: 7, who: .machine(ShelfLab.machine(1)), profile: "core", version: "1298.6.0",
      address: "10.0.0.1", state: state, began: now - 20_000)
    run.stages = [
      BootStage(kind: .script, name: "core", start: 100, end: 100, bytes: 300, total: 300),
      BootStage(
        kind: .initrd, name: "images/coreos/initrd.gz", start: 1000, bytes: 41_000_000,
        total: 65_000_000, rate: 3_000_000),
    ]
    if !state.isUnderWay {
      run.ended = 15_000
      run.stages[1].finish(at: 15_000)
    }
    change(&run)
    var view = BootView(run: run, name: "node1")
    if state == .stalled {
      view.stall = BootStall(
        stage: .initrd, seconds: 45, says: run.stages[1].sentence(quiet: 45))
    }
    return view.json
  }

  private static func text(_ width: Int? = nil) -> BootsText {
    BootsText(width: width, now: now)
  }

  @Test func `has what stalled first, then what moves, then what ended`() {
    let table = Self.text().table([
      Self.boot(.done), Self.boot(.booting), Self.boot(.stalled) { $0.isShared = true },
    ])
    #expect(
      table == """
        NAME            PROFILE  STATE    STEP    PROGRESS          RATE      LEFT   WHEN
        node1 (shared)  core     stalled  initrd  [#####---]  63 %  3.0 MB/s  8.0 s  for 20 s
        node1           core     booting  initrd  [#####---]  63 %  3.0 MB/s  8.0 s  for 20 s
        node1           core     done     -       -                 -         -      5.0 s ago

        """)
  }

  @Test func `fits a terminal, and names are harmless`() {
    let table = Self.text(80).table([
      Self.boot(.booting) {
        $0 = BootRun(
          number: 1, who: $0.who, profile: "x\u{1b}[2J" + String(repeating: "y", count: 4000),
          address: "", began: 0)
      }
    ])
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!table.contains("\u{1b}"))
  }

  @Test func `of one boot is a line a step`() {
    let text = Self.text().timeline(Self.boot(.stalled))
    #expect(
      text == """
        node1 (52-54-00-00-00-01), profile core 1298.6.0, at 10.0.0.1
        2026-11-28T02:38:42.000Z: stalled for 20 s
        It stands still: initrd 63 %, 41.0 MB of 65.0 MB, no byte for 45 s
          +0.1 s  script  core       300 bytes
          +1.0 s  initrd  initrd.gz  41.0 MB of 65.0 MB, 63 %, for 19 s, 3.0 MB/s

        """)
    let whole = Self.text().timeline(
      Self.boot(.done) {
        $0.stages[1].bytes = 65_000_000
        $0.isShared = true
      })
    #expect(whole.contains("done after 15 s"))
    #expect(whole.contains("65.0 MB in 14 s"))
    #expect(whole.contains("Another machine at this address"))
  }

  @Test func `goes on line by line into a pipe, where a state or a step changes`() throws {
    let (before, after) = ([Self.boot(.booting)], [Self.boot(.stalled)])
    let text = Self.text()
    #expect(
      text.changes(from: [], to: before, json: false)
        == ["02:39:02Z  node1 (core): booting: initrd 63 %, 41.0 MB of 65.0 MB"])
    #expect(text.changes(from: before, to: before, json: false).isEmpty)
    #expect(
      text.changes(from: before, to: after, json: false)
        == [
          "02:39:02Z  node1 (core): stalled: initrd 63 %, 41.0 MB of 65.0 MB, no byte for 45 s"
        ])
    #expect(
      text.changes(from: after, to: [Self.boot(.done)], json: false)
        == ["02:39:02Z  node1 (core): done, began 02:38:42Z"])
  }

  @Test(arguments: [
    (0, "0.0 s"), (9_940, "9.9 s"), (10_000, "10 s"), (190_000, "3 min 10 s"),
    (7_500_000, "2 h 5 min"), (273_600_000, "3 d 4 h"),
  ])
  func `has times as people say them`(milliseconds: Int64, text: String) {
    #expect(BootsText.duration(milliseconds) == text)
  }

  @Test func `has a bar where the size is known`() {
    #expect(BootsText.bar(0, of: 100) == "[--------]   0 %")
    #expect(BootsText.bar(100, of: 100) == "[########] 100 %")
    #expect(BootsText.bar(300, of: 100) == "[########] 100 %")
    #expect(BootsText.bar(2_000_000, of: nil) == "2.0 MB")
  }
}
