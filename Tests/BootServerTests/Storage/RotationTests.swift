// BootServerTests/Storage: journals begin and end, and disks fill up.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("A store under load")
struct RotationTests {
  /// Some twenty records go into one journal, some three hundred into all.
  private let limits = JournalWriter.Limits(one: 20_000, all: 300_000)

  /// A record of about a kilobyte.
  private func large(_ index: Int) -> Machine {
    var machine = Machine.test(index)
    try? machine.metadata.set("k", .string(String(repeating: "x", count: 500)))
    return machine
  }

  private func journals(_ files: MemoryFileSystem) -> [String] {
    (files.disk.visible["."] ?? [:]).keys.filter { $0.hasPrefix("journal-") }.sorted()
  }

  @Test func `begins another journal before one grows too large`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files, limits: limits)
    _ = try store.open()
    for index in 0..<30 { _ = try store.commit(Batch(changes: [.put(large(index))])) }
    #expect(journals(files).count == 2)
    #expect(files.disk.contents("journal-1").map { $0.count <= limits.one } == true)
    #expect(store.condition.isCheckpointDue)
    #expect(try StateDirectory.over(MemoryFileSystem(files.disk)).open().machines.count == 30)
    store.checkpoint()
    #expect(journals(files).isEmpty)
    #expect(store.condition.journalBytes == 0)
    #expect(!store.condition.isCheckpointDue)
    #expect(try StateDirectory.over(MemoryFileSystem(files.disk)).open().machines.count == 30)
  }

  @Test func `whose files cannot be written keeps its journal, says so once, and catches up`()
    throws
  {
    let isFull = Locked(false)
    let files = MemoryFileSystem(fault: { step in
      isFull.withLock { $0 } && step.name.hasPrefix("tmp/") ? Errno(28) : nil
    })
    let events = Locked<[StoreEvent]>([])
    let store = StateDirectory.over(files, events)
    _ = try store.open()
    isFull.withLock { $0 = true }
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    for _ in 0..<3 { #expect(store.writeFiles() == 1) }
    store.checkpoint()
    #expect(journals(files) == ["journal-1"])
    #expect(store.condition.problem?.contains("No space") == true)
    isFull.withLock { $0 = false }
    #expect(store.writeFiles() == 0)
    store.checkpoint()
    #expect(journals(files).isEmpty)
    #expect(store.condition.problem == nil)
    #expect(events.withLock { $0.map(\.name) } == ["state-new", "store-behind", "store-caught-up"])
  }

  @Test func `takes no change once the journals are as large as they may be`() throws {
    let files = MemoryFileSystem(fault: { step in
      step.name.hasPrefix("tmp/\(MachineID.test(0))") ? Errno(28) : nil
    })
    let store = StateDirectory.over(files, limits: limits)
    _ = try store.open()
    let batch = Batch(changes: (0..<9).map { .put(large($0)) })
    var count = 0
    while count < 100, (try? store.commit(batch)) != nil { count += 1 }
    #expect(30...40 ~= count)
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(1))])) }
  }

  @Test func `writes only the newest version of a file`() throws {
    let writes = Locked(0)
    let files = MemoryFileSystem(before: { step, _ in
      if step.kind == .rename, step.name.hasPrefix("machines/") { writes.withLock { $0 += 1 } }
    })
    let store = StateDirectory.over(files)
    _ = try store.open()
    for _ in 0..<50 { _ = try store.commit(Batch(changes: [.put(.test(1))])) }
    #expect(store.writeFiles() == 0)
    #expect(writes.withLock { $0 } == 1)
  }

  @Test func `whose write and its taking back both fail does not know, and then does`() throws {
    let isBad = Locked(false)
    let files = MemoryFileSystem(fault: { step in
      isBad.withLock { $0 } && step.changes ? Errno(5) : nil
    })
    let events = Locked<[StoreEvent]>([])
    let store = StateDirectory.over(files, events)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    isBad.withLock { $0 = true }
    guard case .notKnown? = commitError({ try store.commit(Batch(changes: [.put(.test(2))])) })
    else {
      Issue.record("nobody can know")
      return
    }
    guard case .notDone? = commitError({ try store.commit(Batch(changes: [.put(.test(3))])) })
    else {
      Issue.record("nothing goes on before it is known")
      return
    }
    #expect(!store.recover())
    #expect(store.condition.problem?.contains("not known") == true)
    // A start takes it as it finds it: whole, or not at all.
    let found = try StateDirectory.over(MemoryFileSystem(files.disk)).open().byID.keys.sorted()
    #expect(found == [.test(1)] || found == [.test(1), .test(2)])
    isBad.withLock { $0 = false }
    #expect(store.recover())
    #expect(store.condition.problem == nil)
    _ = try store.commit(Batch(changes: [.put(.test(3))]))
    for keeps in [true, false] {
      let disk = files.disk.afterPowerLoss { keeps }
      let state = try StateDirectory.over(MemoryFileSystem(disk)).open()
      #expect(state.byID.keys.sorted() == [.test(1), .test(3)])
      #expect(state.held.isEmpty)
    }
    #expect(
      events.withLock { $0.map(\.name) } == [
        "state-new", "journal-failed", "journal-decided", "journal-mended",
      ])
  }

  /// A checkpoint says that everything is in the files, and is killed before that word is on the disk; a
  /// start believes the word, and then the power goes.
  @Test func `stays with what a start said of a batch that was not known`() throws {
    let isBad = Locked(false)
    let killed = Locked<[MemoryDisk]>([])
    let files = MemoryFileSystem(
      fault: { step in
        let fails =
          step.kind == .cut || step.kind == .flush && step.name.hasPrefix("journal-")
          || step.kind == .make && step.name.hasPrefix("journal-")
        return isBad.withLock { $0 } && fails ? Errno(5) : nil
      },
      before: { step, disk in
        if step.kind == .flush, step.name == "known" { killed.withLock { $0.append(disk) } }
      })
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    isBad.withLock { $0 = true }
    _ = commitError { try store.commit(Batch(changes: [.put(.test(2))])) }
    store.checkpoint()
    let disks = killed.withLock { $0 }
    #expect(disks.count > 1)
    for disk in disks {
      let again = MemoryFileSystem(disk)
      let first = try StateDirectory.over(again).open().byID.keys.sorted()
      let then = MemoryFileSystem(again.disk.afterPowerLoss { false })
      #expect(try StateDirectory.over(then).open().byID.keys.sorted() == first)
    }
  }

  private func commitError(_ body: () throws -> Int) -> CommitError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? CommitError
    }
  }

  @Test func `out of descriptors refuses, and goes on in the same journal`() throws {
    let isOut = Locked(false)
    let files = MemoryFileSystem(fault: { _ in isOut.withLock { $0 } ? Errno.tooManyOpen : nil })
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    isOut.withLock { $0 = true }
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(2))])) }
    isOut.withLock { $0 = false }
    _ = try store.commit(Batch(changes: [.put(.test(3))]))
    #expect(journals(files) == ["journal-1"])
  }

  @Test func `refuses what was decided on another version`() throws {
    let store = StateDirectory.over(MemoryFileSystem())
    _ = try store.open()
    let first = try store.commit(Batch(changes: [.put(.test(1))]))
    var change = RecordChange.put(.test(1, .installed))
    change.replaces = first - 1
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [change])) }
    change.replaces = first
    _ = try store.commit(Batch(changes: [change]))
    change.replaces = 0
    change = RecordChange(id: .test(2), machine: .test(2), replaces: 0)
    _ = try store.commit(Batch(changes: [change]))
  }

  @Test func `that is not in its place any more takes no change, and can be opened anew`() throws {
    let files = MemoryFileSystem()
    let events = Locked<[StoreEvent]>([])
    let store = StateDirectory.over(files, events)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    files.moveAway()
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(2))])) }
    #expect(store.condition.isLost)
    #expect(!store.recover())
    #expect(store.writeFiles() == 1)
    #expect(events.withLock { $0.last } == .lost(path: "/state"))
  }

  @Test func `keeps sightings, coarsely`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    for second in 1...5 {
      store.keep([.test(1): Machine.Sightings(lastSeen: Timestamp(seconds: second))])
      _ = store.writeFiles()
    }
    #expect(files.text("sightings")?.split(separator: "\n").count == 5)
    let again = StateDirectory.over(MemoryFileSystem(files.disk))
    #expect(try again.open().sightings[.test(1)]?.lastSeen == Timestamp(seconds: 5))
  }

  @Test func `keeps the words of batches that a crash left in the journal`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    let note = try #require(
      TrailNote(from: nil, to: .test(1), who: "admin", why: "because\nof it"))
    let number = try store.commit(Batch(changes: [.put(.test(1))], words: [note]))
    let words = try StateDirectory.over(MemoryFileSystem(files.disk)).open().words
    #expect(words.count == 1)
    #expect(words.first?.who == "admin")
    #expect(words.first?.batch == number)
    guard case .written(let bytes)? = words.first?.content else {
      Issue.record("the journal has the content")
      return
    }
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"revision\": \(number)"))
    store.close()
    #expect(try StateDirectory.over(MemoryFileSystem(files.disk)).open().words.isEmpty)
  }
}
