// BootServerTests/Storage: looking a state directory over, and saving it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A check of a state directory")
struct StateCheckTests {
  private func filled() throws -> MemoryFileSystem {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(
      Batch(changes: (1...3).map { .put(.test($0), token: testToken($0)) }))
    return files
  }

  @Test func `finds one that is in order in order, and says what is in the journal`() throws {
    let files = try filled()
    let report = try StateCheck.check(files)
    #expect(report.isInOrder)
    #expect(report.machines == 3)
    #expect(report.unsettled == 1)
    #expect(try StateCheck.settle(StateDirectory.over(files)) == nil)
    let settled = try StateCheck.check(MemoryFileSystem(files.disk))
    #expect(settled.unsettled == 0)
    #expect(settled.findings.isEmpty)
  }

  @Test func `writes nothing`() throws {
    let changes = Locked(0)
    let files = MemoryFileSystem(
      try filled().disk,
      before: { step, _ in
        if step.changes { changes.withLock { $0 += 1 } }
      })
    _ = try StateCheck.check(files)
    #expect(changes.withLock { $0 } == 0)
  }

  @Test func `finds what is wrong`() throws {
    let files = try filled()
    let store = StateDirectory.over(files)
    _ = try store.open()
    var first = Machine.test(1)
    first.uuid = MachineUUID("4c4c4544-0044-4810-8031-c4c04f434e31")
    var second = Machine.test(2)
    second.uuid = first.uuid
    _ = try store.commit(Batch(changes: [.put(first), .put(second)]))
    store.close()
    files.edit("machines/\(MachineID.test(3)).json", Array("{".utf8))
    files.edit("machines/\(MachineID.test(1)).json.edited", Array("{".utf8))
    files.edit("machines/notes.txt", [])
    let report = try StateCheck.check(
      MemoryFileSystem(files.disk), quantities: ["core": 2, "other": 0])
    #expect(!report.isInOrder)
    let text = report.findings.map(\.text).joined(separator: "\n")
    #expect(text.contains("have UUID"))
    #expect(text.contains("not valid JSON"))
    #expect(text.contains("notes.txt is no record"))
    #expect(text.contains("not taken"))
    #expect(text.contains("3 machines have profile core, whose quantity is 2"))
    #expect(!text.contains("other"))
  }

  @Test func `finds one that is older than its marker`() throws {
    let files = try filled()
    let marker = StateMarker(
      id: StateFormat(files.disk.contents("format") ?? [])?.id ?? "", batch: 99, path: "/state")
    try files.writeMarker(marker.line, at: 0, flushed: true)
    #expect(try StateCheck.check(files).findings.contains { $0.isWrong && $0.text.contains("99") })
  }
}

@Suite("A backup", .waits)
struct StateBackupTests {
  @Test
  func `is an archive that tar unpacks into the same state`() throws {
    let place = try TemporaryDirectory(["back/": ""])
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    let changes = (1...700).map { index -> RecordChange in
      .put(.test(index, index % 3 == 0 ? .unknown : .running), token: testToken(index))
    }
    let number = try store.commit(Batch(changes: changes, clusters: ["default": "t"]))
    store.keep([.test(1): Machine.Sightings(lastSeen: Timestamp(seconds: 9))])
    let backup = try store.snapshot()
    // What comes later is not in it.
    _ = try store.commit(Batch(changes: [.remove(1)]))
    var archive: [UInt8] = []
    var pieces = 0
    backup.write { piece in
      archive += piece
      pieces += 1
    }
    #expect(pieces > 1)
    #expect(archive == backup.bytes)
    try place.write("backup.tar", Data(archive))
    let tar = try Program.run(
      "/bin/tar", ["-C", place.path + "/back", "-xf", place.path + "/backup.tar"])
    #expect(tar.status == 0)
    let state = try StateDirectory.read(path: place.path + "/back")
    #expect(state.machines.count == 700)
    #expect(state.byID[.test(1)]?.revision == number)
    #expect(state.clusters == ["default": "t"])
    #expect(state.sightings.count == 1)
    #expect(state.machines.first { $0.machine.id == .test(2) }?.token == testToken(2))
    #expect(state.warnings.isEmpty)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: place.path + "/back/machines/\(MachineID.test(1)).json")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `of a careful state is careful where it is put back`() throws {
    let place = try TemporaryDirectory(["back/": ""])
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    store.close()
    let marked = MemoryFileSystem(files.disk)
    let marker = StateMarker(id: String(repeating: "9", count: 32), batch: 99, path: marked.path)
    try marked.writeMarker(marker.line, at: 0, flushed: true)
    let careful = StateDirectory.over(marked)
    _ = try careful.open()
    #expect(careful.condition.careful != nil)
    try place.write("backup.tar", Data(try careful.backup()))
    _ = try Program.run(
      "/bin/tar", ["-C", place.path + "/back", "-xf", place.path + "/backup.tar"])
    let elsewhere = StateDirectory(path: place.path + "/back", data: place.path)
    _ = try elsewhere.open()
    #expect(elsewhere.condition.careful != nil)
  }

  @Test func `that is put back is older than its marker`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    store.close()
    let old = files.disk
    let again = StateDirectory.over(files)
    _ = try again.open()
    _ = try again.commit(Batch(changes: [.put(.test(1, .installed))]))
    again.close()
    // The state is as it was, and the marker is not.
    var disk = old
    let name = "@/\(StateMarker.fileName)"
    disk.write(try #require(disk.node(name)), try #require(files.disk.contents(name)), at: 0)
    let restored = StateDirectory.over(MemoryFileSystem(disk))
    _ = try restored.open()
    #expect(restored.condition.careful != nil)
  }
}
