// BootServerTests/Rows: what a disk that fails does to changes.
// SPDX-License-Identifier: Apache-2.0

import System
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

@Suite("A change that the disk refuses")
struct RowStoreTests {
  private static let full = Errno(28)
  private static let broken = Errno(5)

  /// The ways in which a batch can fail to be durable.
  enum Trouble: CaseIterable {
    case write, flush, firstWrite, firstFlush, folderFlush

    /// Whether the journal is begun by the change that fails.
    var isFirst: Bool { self != .write && self != .flush }

    func fault(_ step: MemoryFileSystem.Step) -> Errno? {
      let isJournal = step.name.hasPrefix("journal-")
      return switch self {
      case .write, .firstWrite: isJournal && step.kind == .write ? RowStoreTests.full : nil
      case .flush, .firstFlush: isJournal && step.kind == .flush ? RowStoreTests.broken : nil
      case .folderFlush: step.name == "." && step.kind == .flush ? RowStoreTests.broken : nil
      }
    }
  }

  /// A lab in which machine 1 has the only slot, and whose next change will fail.
  private func lab(_ trouble: Trouble) throws -> KeeperLab {
    let lab = try KeeperLab()
    #expect(lab.process(KeeperLab.boot(1))[0].isDone && lab.machine(1)?.state == .configured)
    #expect(lab.store.writeFiles() == 0)
    if trouble.isFirst { lab.store.checkpoint() }
    lab.breaks { trouble.fault($0) }
    return lab
  }

  /// A lab as it is now, after a kill, and after a loss of power.
  private func after(_ lab: KeeperLab) throws -> [(String, KeeperLab)] {
    lab.mends()
    let disk = lab.files.disk
    return [
      ("killed", try KeeperLab(disk)),
      ("no power, nothing else was kept", try KeeperLab(disk.afterPowerLoss { false })),
      ("no power, all was kept", try KeeperLab(disk.afterPowerLoss { true })),
    ]
  }

  /// Whether it is certain by now that the change did not happen, in the server that goes on too.
  private func settle(_ lab: KeeperLab) {
    lab.mends()
    lab.process()
    for _ in 0..<3 { lab.recover() }
  }

  /// Row 7: it did not happen, at the next look and after a kill.
  @Test(arguments: Trouble.allCases)
  func `was no change`(trouble: Trouble) throws {
    let lab = try lab(trouble)
    let before = lab.machine(1)
    let change = try KeeperLab.edit(1, #"{"state":"unknown"}"#)
    #expect(lab.process(change)[0].isNotKept && lab.machine(1) == before)
    settle(lab)
    lab.process()
    #expect(lab.machine(1) == before && lab.holders == 1 && lab.holdsNobody)
    for (name, next) in try after(lab) {
      #expect(next.machine(1) == before && next.holdsNobody, "\(name)")
      #expect(next.process(KeeperLab.boot(1))[0].isDone, "\(name)")
    }
  }

  /// Row 11: A leaves the only slot and B takes it, in one batch.
  @Test(arguments: Trouble.allCases)
  func `gives no slot twice`(trouble: Trouble) throws {
    let lab = try lab(trouble)
    let leave = try KeeperLab.edit(1, #"{"profile":null}"#)
    let outcomes = lab.process(leave, KeeperLab.boot(2))
    #expect(outcomes.allSatisfy { $0.isNotKept })
    #expect(lab.holders == 1 && lab.machine(1)?.profile == "core" && lab.machine(2) == nil)
    settle(lab)
    for (name, next) in try after(lab) {
      #expect(next.holders == 1 && next.machine(1)?.profile == "core", "\(name)")
      #expect(next.machine(2) == nil && next.holdsNobody, "\(name)")
    }
    // As soon as the disk takes it, both happen.
    #expect(lab.process(leave, KeeperLab.boot(2)).allSatisfy { $0.isDone })
    for (name, next) in try after(lab) {
      #expect(next.holders == 1 && next.machine(2)?.profile == "core", "\(name)")
    }
  }

  /// Row 11, as it was: the file of one cannot be written, the file of the other can.
  @Test(arguments: [1, 2])
  func `to the file of one machine alone changes nothing`(number: Int) throws {
    let lab = try KeeperLab()
    #expect(lab.process(KeeperLab.boot(1))[0].isDone)
    #expect(lab.store.writeFiles() == 0)
    let name = "\(MachineLab.uuid(number)).json"
    lab.breaks { step in
      step.name.hasSuffix(name) && (step.kind == .write || step.kind == .rename) ? Self.full : nil
    }
    let leave = try KeeperLab.edit(1, #"{"profile":null}"#)
    #expect(lab.process(leave, KeeperLab.boot(2)).allSatisfy { $0.isDone })
    #expect(lab.store.writeFiles() == 1)
    lab.store.checkpoint()
    #expect(lab.holders == 1 && lab.machine(2)?.profile == "core")
    for (name, next) in try after(lab) {
      #expect(next.holders == 1 && next.machine(2)?.profile == "core", "\(name)")
      #expect(next.machine(1)?.profile == nil && next.holdsNobody, "\(name)")
    }
  }

  /// Row 12a.
  @Test(arguments: Trouble.allCases)
  func `removes no machine`(trouble: Trouble) throws {
    let lab = try lab(trouble)
    let before = lab.machine(1)
    #expect(lab.process(KeeperLab.remove(1))[0].isNotKept && lab.machine(1) == before)
    settle(lab)
    #expect(lab.files.text("machines/\(MachineLab.uuid(1)).json") != nil)
    for (name, next) in try after(lab) {
      #expect(next.machine(1) == before && next.holdsNobody, "\(name)")
    }
    #expect(lab.process(KeeperLab.remove(1))[0].isDone)
    for (name, next) in try after(lab) {
      #expect(next.machine(1) == nil && next.holders == 0 && next.holdsNobody, "\(name)")
    }
  }

  /// Row 12a, as it was: the flush of `machines/` fails behind a removal that was acknowledged.
  @Test func `to the folder of records takes nothing back`() throws {
    let lab = try lab(.write)
    lab.breaks { step in
      step.name == RecordFile.folder && step.kind == .flush ? Self.broken : nil
    }
    #expect(lab.process(KeeperLab.remove(1))[0].isDone)
    #expect(lab.store.writeFiles() == 0)
    lab.store.checkpoint()
    for (name, next) in try after(lab) {
      #expect(next.machine(1) == nil && next.holdsNobody, "\(name)")
    }
  }

  /// Row 12b.
  @Test(arguments: Trouble.allCases)
  func `makes no machine`(trouble: Trouble) throws {
    let lab = try lab(trouble)
    let put = try KeeperLab.edit(2, #"{"hostname":"n2"}"#, makes: true)
    #expect(lab.process(put)[0].isNotKept && lab.machine(2) == nil)
    settle(lab)
    for (name, next) in try after(lab) {
      #expect(next.machine(2) == nil && next.holdsNobody, "\(name)")
      #expect(next.process(put)[0].isDone, "\(name)")
    }
  }

  /// Where even taking it back fails, nobody can know: its machine waits, and a start decides.
  @Test func `and not taken back is not known, and then is`() throws {
    let lab = try lab(.flush)
    lab.breaks { step in
      step.name.hasPrefix("journal-") && (step.kind == .flush || step.kind == .cut)
        ? Self.broken : nil
    }
    let change = try KeeperLab.edit(1, #"{"state":"unknown"}"#)
    let outcome = lab.process(change)[0]
    #expect(outcome.isNotKept && "\(outcome)".contains("not known"))
    #expect(lab.keeper.unsure.count == 1)
    settle(lab)
    #expect(lab.holdsNobody && lab.machine(1)?.state == .configured)
    for (name, next) in try after(lab) {
      #expect(next.machine(1)?.state == .configured && next.holdsNobody, "\(name)")
    }
  }

  /// However often a full disk refuses one: the next journal need not tell of each.
  @Test func `leaves no trace in the journal`() throws {
    let lab = try lab(.firstWrite)
    for _ in 0..<300 { #expect(lab.process(KeeperLab.boot(2))[0].isNotKept) }
    lab.mends()
    #expect(lab.process(KeeperLab.boot(2))[0].isDone)
    let names = lab.files.disk.visible["."]?.keys.filter { $0.hasPrefix("journal-") } ?? []
    #expect(names.count == 1)
    #expect(lab.files.disk.contents(names.first ?? "")?.count ?? Int.max < 4096)
  }
}

@Suite("A first contact")
struct FirstContactTests {
  /// Row 10: the power goes, or the server dies, before every step that it takes.
  @Test(arguments: [true, false])
  func `that was cut short is whole or never was`(loses: Bool) throws {
    let disks = Locked<[MemoryDisk]>([])
    let files = MemoryFileSystem(before: { step, disk in
      if step.changes { disks.withLock { $0.append(disk) } }
    })
    let store = StateDirectory.over(files)
    let index = ProfileIndex([
      Candidate(name: "core", parsing: Array((KeeperLab.one["core"] ?? "").utf8))
    ])
    var keeper = FleetKeeper(store: store, profiles: { _, _ in index })
    _ = try keeper.open()
    let now = Timestamp(seconds: 1_764_000_000)
    #expect(keeper.process([KeeperLab.boot(1)], now: now)[0].isDone)
    let told = keeper.roster.all[0].token
    #expect(store.writeFiles() == 0)
    store.checkpoint()
    store.close()
    let moments = disks.withLock { $0 }
    #expect(moments.count > 15)
    var (found, missing) = (0, 0)
    for (step, moment) in moments.enumerated() {
      var chance = Chance(step)
      let next = try KeeperLab(loses ? moment.afterPowerLoss { chance.flip() } : moment)
      #expect(next.holdsNobody, "before step \(step)")
      if let entry = next.keeper.roster.all.first {
        #expect(entry.token == told && entry.machine.state == .configured, "before step \(step)")
        found += 1
      } else {
        missing += 1
      }
      #expect(next.process(KeeperLab.boot(1))[0].isDone && next.holders == 1, "before step \(step)")
    }
    #expect(found > 0 && missing > 0)
  }
}

@Suite("A record that was edited by hand")
struct NoticedEditTests {
  /// Also where nothing tells of it, as on NFS, and as often as it happens.
  @Test(arguments: [true, false])
  func `is noticed by the next look`(canWatch: Bool) throws {
    let lab = try KeeperLab(canWatch: canWatch)
    #expect(lab.process(KeeperLab.boot(1))[0].isDone)
    #expect(lab.store.writeFiles() == 0)
    let id = try #require(lab.machine(1)?.id)
    for number in 1...5 {
      lab.process()
      #expect(lab.store.isCurrent(id))
      var machine = try #require(lab.machine(1))
      machine.hostname = "n\(number)"
      lab.files.edit(RecordFile.name(id), Array(machine.fileText.utf8))
      #expect(!lab.store.isCurrent(id))
      #expect(lab.process(.look(id))[0].isDone)
      #expect(lab.machine(1)?.hostname == "n\(number)")
      #expect(lab.store.writeFiles() == 0)
    }
    lab.files.delete(RecordFile.name(id))
    #expect(!lab.store.isCurrent(id))
    #expect(!lab.process(.look(id))[0].isDone)
    #expect(lab.keeper.roster.damage(of: id) != nil)
  }

  /// However long the disk refuses it.
  @Test func `is taken as soon as it can be kept`() throws {
    let lab = try KeeperLab()
    #expect(lab.process(KeeperLab.boot(1))[0].isDone)
    #expect(lab.store.writeFiles() == 0)
    var machine = try #require(lab.machine(1))
    machine.hostname = "n1"
    lab.breaks { $0.name.hasPrefix("journal-") && $0.kind == .write ? Errno(28) : nil }
    lab.files.edit(RecordFile.name(machine.id), Array(machine.fileText.utf8))
    for _ in 0..<4 {
      #expect(!lab.store.isCurrent(machine.id))
      #expect(lab.process(.look(machine.id))[0].isNotKept)
      lab.recover()
      _ = lab.store.writeFiles()
    }
    #expect(lab.machine(1)?.hostname == nil)
    lab.mends()
    #expect(lab.process(.look(machine.id))[0].isDone)
    #expect(lab.machine(1)?.hostname == "n1")
  }

  /// A report during the damage is refused, and after it counts.
  @Test func `and mended keeps its token`() throws {
    let lab = try KeeperLab()
    #expect(lab.process(KeeperLab.boot(1))[0].isDone)
    #expect(lab.store.writeFiles() == 0)
    let entry = try #require(lab.keeper.roster.all.first)
    let id = entry.machine.id
    let text = try #require(lab.files.disk.contents(RecordFile.name(id)))
    for edited in [false, true] {
      lab.files.edit(RecordFile.name(id), Array("{".utf8))
      #expect(!lab.process(.look(id))[0].isDone && lab.machine(1) == nil)
      let mended = String(decoding: text, as: UTF8.self)
        .replacing("\"asset\": null", with: edited ? "\"asset\": \"a1\"" : "\"asset\": null")
      lab.files.edit(RecordFile.name(id), Array(mended.utf8))
      #expect(lab.process(.look(id))[0].isDone)
      #expect(lab.keeper.roster[id]?.token == entry.token)
      #expect(lab.machine(1)?.asset == (edited ? "a1" : nil) && lab.holdsNobody)
    }
  }
}
