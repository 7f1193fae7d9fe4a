// BootServerTests: what happens to boots.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import Testing
import Text

@testable import Boot
@testable import BootServer

@Suite("A boot")
struct BootShelfTests {
  private static let one = BootRun.Who.machine(ShelfLab.machine(1))
  private static let two = BootRun.Who.machine(ShelfLab.machine(2))

  @Test func `has its stages in order, with sizes, rates and times since it began`() throws {
    var lab = ShelfLab()
    lab.shelf.ask(ShelfLab.host(1), lab.now)
    lab.wait(0.2)
    let number = lab.script(Self.one)
    lab.wait(1)
    #expect(lab.fetch(ShelfLab.kernel) == number)
    lab.wait(1)
    lab.fetch(ShelfLab.initrd, 0..<400)
    lab.wait(2)
    lab.fetch(ShelfLab.initrd, 0..<1000)
    lab.wait(5)
    lab.fetch(ShelfLab.config, 0..<50, of: 50, machine: ShelfLab.machine(1))
    lab.wait(10)
    lab.shelf.report(ShelfLab.machine(1), .running, lab.now)
    let run = try #require(lab.shelf.runs[number])
    #expect(
      run.stages.map(\.kind) == [.identity, .script, .kernel, .initrd, .config, .report])
    #expect(run.stages.map(\.start) == [0, 200, 1200, 2200, 9200, 19200])
    #expect(run.state == .done && run.ended == 19200 && run.version == "1")
    #expect(run.stages[3].bytes == 1000 && run.stages[3].total == 1000)
    #expect(lab.shelf.underway.isEmpty && lab.shelf.atHost.isEmpty)
    #expect(
      lab.events() == ["boot-began"] + Array(repeating: "boot-stage", count: 8) + ["boot-ended"])
  }

  @Test
  func `that nothing reports of ends with its last image byte, and has what it fetches later`()
    throws
  {
    var lab = ShelfLab()
    let number = lab.script(.profile("core", ShelfLab.host(1)))
    lab.fetch(ShelfLab.initrd)
    #expect(lab.state(number) == .booting)
    lab.wait(3)
    lab.fetch(ShelfLab.kernel)
    #expect(lab.state(number) == .done && lab.shelf.runs[number]?.ended == 3000)
    lab.wait(20)
    lab.fetch("images/coreos/amd64/1/rootfs.img")
    lab.fetch(ShelfLab.config)
    #expect(lab.stage(number, .image)?.bytes == 1000 && lab.stage(number, .config) != nil)
    #expect(lab.state(number) == .done && lab.shelf.runs[number]?.ended == 23000)
    lab.wait(1900)
    lab.shelf.sweep(lab.now)
    #expect(lab.shelf.underway.isEmpty)
  }

  @Test func `whose images are elsewhere is done with its script where nothing reports`() {
    var lab = ShelfLab()
    let number = lab.script(
      .profile("core", ShelfLab.host(1)), ShelfLab.mark(reports: false, fetches: []))
    lab.shelf.sweep(lab.now)
    #expect(lab.state(number) == .done)
  }

  @Test func `of one of two platforms is done when it has been quiet`() {
    var lab = ShelfLab()
    let both = [(ShelfLab.kernel, "kernel"), ("images/memtest.efi", "kernel")]
    let number = lab.script(
      .profile("core", ShelfLab.host(1)), ShelfLab.mark(reports: false, fetches: both))
    lab.fetch(ShelfLab.kernel)
    lab.shelf.sweep(lab.now)
    #expect(lab.state(number) == .booting)
    lab.wait(12)
    lab.shelf.sweep(lab.now)
    #expect(lab.state(number) == .done)
  }

  @Test func `counts each byte once, whatever ranges are asked for, also backwards`() throws {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    for start in stride(from: Int64(900), through: 0, by: -100) {
      lab.fetch(ShelfLab.kernel, start..<start + 100)
      lab.fetch(ShelfLab.kernel, start..<start + 100)
    }
    #expect(lab.stage(number, .kernel)?.bytes == 1000)
    #expect(lab.shelf.runs[number]?.stages.count == 2)
  }

  @Test func `that is asked for again is the same until a byte of its kernel was sent`() throws {
    var lab = ShelfLab()
    let mark = ShelfLab.mark()
    let number = lab.script(Self.one, mark)
    for _ in 0..<10 {
      lab.wait(0.1)
      #expect(lab.script(Self.one, mark) == number)
    }
    #expect(lab.events() == ["boot-began"])
    lab.fetch(ShelfLab.kernel, 0..<10, isOver: false)
    _ = lab.events()
    let next = lab.script(Self.one, mark)
    #expect(next != number && lab.state(number) == .restarted && lab.state(next) == .booting)
    #expect(lab.events() == ["boot-restarted", "boot-began"])
    #expect(lab.shelf.runs[number]?.stages.allSatisfy { $0.end != nil } == true)
  }

  /// Times are by the monotonic clock, but for when it began.
  @Test(arguments: [-86_400_000, 86_400_000])
  func `is as long as it is, however the clock is set meanwhile`(jump: Int64) throws {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    lab.wait(2)
    lab.now = BootTime(instant: lab.now.instant, wall: lab.now.wall + jump)
    lab.fetch(ShelfLab.kernel)
    lab.shelf.sweep(lab.now)
    lab.wait(3)
    lab.fetch(ShelfLab.initrd)
    lab.shelf.report(ShelfLab.machine(1), .running, lab.now)
    let run = try #require(lab.shelf.runs[number])
    #expect(run.state == .done && run.ended == 5000)
    #expect(run.stages.map(\.start) == [0, 2000, 5000, 5000])
  }

  @Test func `of the own disk is over at once`() {
    var lab = ShelfLab()
    lab.shelf.beginLocal(
      Self.one, ScriptMark(localDiskOf: nil), host: ShelfLab.host(1), address: "10.0.0.1",
      bytes: 60, lab.now)
    #expect(lab.shelf.runs[1]?.state == .local && lab.shelf.underway.isEmpty)
  }

  @Test func `of an installer ends with its report, of another system with "running" alone`() {
    for (installs, state) in [(true, BootRun.State.done), (false, .booting)] {
      var lab = ShelfLab()
      let number = lab.script(Self.one, ShelfLab.mark(installs: installs))
      lab.shelf.report(ShelfLab.machine(1), .installed, lab.now)
      #expect(lab.state(number) == state)
    }
  }

  @Test func `that says nothing is given up after half an hour, and a late report counts`() {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    for file in [ShelfLab.kernel, ShelfLab.initrd, ShelfLab.config] { lab.fetch(file) }
    lab.wait(1700)
    lab.shelf.sweep(lab.now)
    #expect(lab.state(number) == .booting)
    lab.wait(200)
    lab.shelf.sweep(lab.now)
    #expect(lab.state(number) == .noReport && lab.shelf.underway.isEmpty)
    lab.shelf.report(ShelfLab.machine(1), .running, lab.now)
    #expect(lab.state(number) == .done && lab.stage(number, .report) != nil)
  }

  @Test func `is told apart at one address by what each machine fetches, and by connections`() {
    var lab = ShelfLab()
    let other = "images/debian/amd64/12/linux"
    let first = lab.script(Self.one)
    let second = lab.script(Self.two, ShelfLab.mark("debian", fetches: [(other, "kernel")]))
    #expect(lab.fetch(ShelfLab.kernel) == first && lab.fetch(other) == second)
    #expect(lab.fetch("images/any.iso", connection: second) == second)
    #expect(lab.fetch(ShelfLab.config, machine: ShelfLab.machine(2)) == second)
    #expect(lab.fetch(ShelfLab.kernel, host: 2) == nil)
    #expect(lab.shelf.runs.values.allSatisfy { !$0.isShared })
  }

  @Test func `of one of two machines with one profile at one address is nobody's, which is said`() {
    var lab = ShelfLab()
    let (first, second) = (lab.script(Self.one), lab.script(Self.two))
    #expect(lab.fetch(ShelfLab.kernel) == nil)
    #expect(lab.shelf.runs[first]?.isShared == true && lab.shelf.runs[second]?.isShared == true)
    #expect(lab.fetch(ShelfLab.kernel, connection: first) == first)
    // A connection of another address is a proxy's, and says nothing.
    #expect(lab.fetch(ShelfLab.kernel, host: 3, connection: first) == nil)
  }

  @Test func `keeps its first steps where somebody asks for very many files`() {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    for file in 0..<200 { lab.fetch("images/\(file)") }
    #expect(lab.shelf.runs[number]?.stages.count == BootRun.mostStages)
  }

  @Test func `goes with its machine`() {
    var lab = ShelfLab()
    _ = lab.script(Self.one)
    lab.shelf.forget(ShelfLab.machine(1))
    #expect(lab.shelf.runs.isEmpty && lab.shelf.underway.isEmpty && lab.shelf.atHost.isEmpty)
    #expect(lab.shelf.takeChanged().gone == [ShelfLab.machine(1)])
  }
}

@Suite("Boots that are kept")
struct BootLimitTests {
  @Test func `are the last ones of a machine, and the oldest ended ones go first`() {
    var lab = ShelfLab(limits: BootShelf.Limits(ofMachine: 3, machines: 5, profiles: 2))
    let who = (1...4).map { BootRun.Who.machine(ShelfLab.machine(UInt64($0))) }
    let mark = ShelfLab.mark()
    for round in 0..<5 {
      _ = lab.script(who[0], mark)
      lab.fetch(ShelfLab.kernel)
      #expect(lab.shelf.ofMachine[ShelfLab.machine(1)]?.count == min(3, round + 1))
    }
    // It is under way: others that have ended go first.
    #expect(lab.state(5) == .booting)
    for other in who[1...] {
      for host in UInt32(2)...3 { _ = lab.script(other, mark, host: host) }
    }
    #expect(lab.shelf.runs.count == 5 && lab.state(5) == .booting)
    for host in UInt32(10)..<20 {
      _ = lab.script(.profile("core", ShelfLab.host(host)), host: host)
    }
    #expect(lab.shelf.runs.values.count { $0.machine == nil } == 2)
    #expect(lab.shelf.underway.count == lab.shelf.runs.values.count { $0.state == .booting })
    #expect(lab.shelf.atHost.values.reduce(0) { $0 + $1.count } == lab.shelf.underway.count)
  }

  @Test func `stay few however often machines boot`() {
    var lab = ShelfLab(limits: BootShelf.Limits(ofMachine: 2, machines: 1000, profiles: 10))
    let mark = ShelfLab.mark()
    for round in 0..<20_000 {
      _ = lab.script(.machine(ShelfLab.machine(UInt64(round % 4))), mark, host: UInt32(round % 4))
      lab.fetch(ShelfLab.kernel, host: UInt32(round % 4))
    }
    #expect(lab.shelf.runs.count == 8)
  }
}

@Suite("A boot that stops")
struct BootStallTests {
  private static let one = BootRun.Who.machine(ShelfLab.machine(1))

  private func stalls(_ lab: inout ShelfLab, after seconds: Double) -> String? {
    lab.wait(seconds)
    lab.shelf.sweep(lab.now)
    defer { lab.shelf.news = [] }
    return lab.shelf.news.last { $0.event.name == .bootStalled }.flatMap { news in
      news.event.fields.first { $0.key == "error" }.flatMap {
        if case .text(let text) = $0.value { text } else { nil }
      }
    }
  }

  @Test func `in a transfer says where, once, and goes on`() {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    lab.fetch(ShelfLab.kernel)
    lab.fetch(ShelfLab.initrd, 0..<41_000_000, of: 65_000_000, isOver: false)
    #expect(stalls(&lab, after: 29) == nil)
    #expect(
      stalls(&lab, after: 16) == "initrd 63 %, 41.0 MB of 65.0 MB, no byte for 45 s")
    #expect(lab.state(number) == .stalled && lab.shelf.stalled == [.initrd: 1])
    #expect(stalls(&lab, after: 60) == nil)
    // The log says it once; who asks is told how long it is by now.
    let stall = BootStall(
      stage: .initrd, seconds: 105,
      says: "initrd 63 %, 41.0 MB of 65.0 MB, no byte for 105 s")
    #expect(lab.shelf.stall(of: number, lab.now) == stall)
    lab.fetch(ShelfLab.initrd, 0..<42_000_000, of: 65_000_000, isOver: false)
    #expect(lab.state(number) == .booting && lab.shelf.stall(of: number, lab.now) == nil)
    #expect(stalls(&lab, after: 31) != nil)
    #expect(lab.state(number) == .stalled)
  }

  @Test func `behind a transfer that broke off says so`() {
    var lab = ShelfLab()
    _ = lab.script(Self.one)
    lab.fetch(ShelfLab.kernel, 0..<10)
    #expect(stalls(&lab, after: 31) == "kernel 1 %, 10 bytes of 1.0 kB, no byte for 31 s")
  }

  @Test func `between two files says which one it did not ask for`() {
    var lab = ShelfLab()
    _ = lab.script(Self.one)
    #expect(stalls(&lab, after: 31) == nil)
    #expect(stalls(&lab, after: 30) == "no kernel for 61 s")
    lab.fetch(ShelfLab.kernel)
    #expect(stalls(&lab, after: 61) == "no initrd for 61 s")
    let stall = BootStall(stage: .initrd, seconds: 61, says: "no initrd for 61 s")
    #expect(lab.shelf.stall(of: 1, lab.now) == stall)
    lab.fetch(ShelfLab.initrd)
    #expect(stalls(&lab, after: 200) == nil)
    #expect(stalls(&lab, after: 101) == "no config for 301 s")
  }

  @Test func `is none where a person looked at a script, and is over soon`() {
    var lab = ShelfLab()
    let number = lab.shelf.begin(
      Self.one, ShelfLab.mark(), host: ShelfLab.host(1), address: "10.0.0.1", isIPXE: false,
      bytes: 300, lab.now)
    #expect(stalls(&lab, after: 119) == nil && lab.state(number) == .booting)
    #expect(stalls(&lab, after: 2) == nil && lab.state(number) == .noReport)
    let again = lab.shelf.begin(
      Self.one, ShelfLab.mark(), host: ShelfLab.host(1), address: "10.0.0.1", isIPXE: false,
      bytes: 300, lab.now)
    lab.fetch(ShelfLab.kernel, 0..<10)
    #expect(stalls(&lab, after: 31) != nil && lab.state(again) == .stalled)
  }

  @Test func `is nobody's business where stalls are off, and has its profile's own limit`() {
    for (server, profile, isStalled) in [(0, nil, false), (30, 0, false), (30, 5, true)] {
      var lab = ShelfLab()
      lab.shelf.stallSeconds = server
      var limits = StallLimits()
      limits.transfer = profile
      _ = lab.script(Self.one, ShelfLab.mark(stall: limits))
      lab.fetch(ShelfLab.kernel, 0..<10, isOver: false)
      #expect((stalls(&lab, after: 6) != nil) == isStalled)
      if !isStalled { #expect(stalls(&lab, after: 600) == nil) }
    }
  }

  /// Seen with iPXE for UEFI: of 2 MB the last 40 to 160 KB were never acknowledged, and it booted.
  @Test(arguments: [false, true])
  func `is none where the last file went out whole and the kernel took over`(
    isClosed: Bool
  ) throws {
    var lab = ShelfLab()
    let number = lab.script(Self.one, ShelfLab.mark(reports: false))
    lab.fetch(ShelfLab.kernel)
    lab.fetch(ShelfLab.initrd, 0..<900, isOver: isClosed, sent: [0..<1000])
    #expect(stalls(&lab, after: 9) == nil && lab.state(number) == .booting)
    #expect(stalls(&lab, after: 2) == nil && lab.state(number) == .done)
    let stage = try #require(lab.stage(number, .initrd))
    #expect(stage.bytes == 1000 && stage.end != nil)
  }

  @Test func `is one where the last file went out in part, or another one is to come`() {
    for (kernel, sent) in [(0..<Int64(1000), 0..<Int64(950)), (0..<900, 0..<1000)] {
      var lab = ShelfLab()
      _ = lab.script(Self.one)
      lab.fetch(ShelfLab.kernel, kernel, isOver: false, sent: [sent])
      if kernel.count == 1000 {
        lab.fetch(ShelfLab.initrd, 0..<900, isOver: false, sent: [sent])
      }
      #expect(stalls(&lab, after: 31) != nil)
    }
  }

  @Test func `has limits for each step, none of them shorter than a transfer's`() {
    for (step, config, transfer) in [(90, 600, 30), (10, 100, 120), (0, 0, 30)] {
      var lab = ShelfLab()
      var limits = StallLimits()
      (limits.step, limits.config, limits.transfer) = (step, config, transfer)
      _ = lab.script(Self.one, ShelfLab.mark(stall: limits))
      let between = step == 0 ? 600 : max(step, transfer)
      #expect(stalls(&lab, after: Double(between - 1)) == nil)
      let told = stalls(&lab, after: 1)
      #expect(told == (step == 0 ? nil : "no kernel for \(between) s"))
      lab.fetch(ShelfLab.kernel)
      lab.fetch(ShelfLab.initrd)
      let until = config == 0 ? 1000 : max(config, transfer)
      #expect(stalls(&lab, after: Double(until - 1)) == nil)
      let asked = stalls(&lab, after: 1)
      #expect(asked == (config == 0 ? nil : "no config for \(until) s"))
    }
  }

  @Test
  func `is none while a file that was whole comes once more, and its bytes never fall`() throws {
    var lab = ShelfLab()
    let number = lab.script(Self.one)
    lab.fetch(ShelfLab.kernel)
    lab.fetch(ShelfLab.initrd, 0..<1000, of: 1000)
    #expect(lab.shelf.underway[number]?.transfers.isEmpty == true)
    for end in [Int64(100), 200, 300] {
      lab.wait(20)
      lab.fetch(ShelfLab.initrd, 0..<end, of: 1000, isOver: false)
      #expect(stalls(&lab, after: 5) == nil)
      let stage = try #require(lab.shelf.runs[number]?.stages.last)
      #expect(stage.bytes == 1000 && stage.end == nil)
    }
    #expect(stalls(&lab, after: 31)?.hasPrefix("initrd 100 %") == true)
  }

  @Test func `that reads a disk image piece by piece is done when it is quiet`() {
    var lab = ShelfLab()
    let number = lab.script(
      .profile("iso", ShelfLab.host(1)),
      ShelfLab.mark("iso", reports: false, fetches: [("images/a.iso", "sanboot")]))
    lab.fetch("images/a.iso", 0..<100, of: 1_000_000)
    #expect(stalls(&lab, after: 31) == nil)
    #expect(lab.state(number) == .done)
  }
}
