// BootServerTests/Storage: directories of the version before, and of nobody.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A directory of the version before")
struct UpgradeTests {
  /// As commit d5e41b1 leaves it.
  private func old(
    _ machines: [Machine], tokens: [String], extra: [String: String] = [:]
  ) -> MemoryDisk {
    var disk = MemoryDisk()
    disk.makeFolder("machines")
    func put(_ name: String, _ text: String) {
      let node = disk.make(name)
      disk.write(node, Array(text.utf8), at: 0)
    }
    for machine in machines { put("machines/\(machine.id).json", machine.fileText) }
    put("tokens", tokens.map { $0 + "\n" }.joined())
    for (name, text) in extra { put(name, text) }
    return disk
  }

  private func line(_ index: Int, _ generation: Int, _ token: Int) -> String {
    "\(MachineID.test(index)) \(generation) \(testToken(token))"
  }

  @Test func `is taken over with tokens, sightings and clusters`() throws {
    let files = MemoryFileSystem(
      old(
        [.test(1), .test(2, .unknown)], tokens: [line(1, 0, 8), line(1, 1, 9)],
        extra: [
          "sightings": "\(MachineID.test(1)) 5 6\n", "clusters.json": "{\"default\": \"tt\"}\n",
          "machines/.\(MachineID.test(3)).json.new": "{",
        ]))
    let store = StateDirectory.over(files)
    let state = try store.open()
    #expect(state.byID == [.test(1): .test(1), .test(2): .test(2, .unknown)])
    #expect(state.machines.first { $0.machine.id == .test(1) }?.token == testToken(9))
    #expect(state.sightings[.test(1)]?.lastBoot == Timestamp(seconds: 6))
    #expect(state.clusters == ["default": "tt"])
    #expect(state.damaged.isEmpty && state.held.isEmpty && state.warnings.isEmpty)
    #expect(store.condition.careful == nil)
    #expect(files.text("format")?.hasPrefix("format 1\nid ") == true)
    #expect(files.text("machines/.\(MachineID.test(3)).json.new") == nil)
    // Nobody changed a record: its file is as it was.
    #expect(files.text("machines/\(MachineID.test(1)).json") == Machine.test(1).fileText)
  }

  @Test func `holds a machine that has a token and no record, now and ever after`() throws {
    var disk = old(
      [.test(1)],
      tokens: [line(1, 1, 9), line(2, 1, 8), line(3, 1, 7)] + [
        "\(MachineID.test(3)) -1 "
          + String(repeating: "-", count: 32)
      ])
    for _ in 0..<3 {
      let files = MemoryFileSystem(disk)
      let store = StateDirectory.over(files)
      let state = try store.open()
      #expect(state.damaged.map(\.id) == [.test(2)])
      _ = store.writeFiles()
      store.checkpoint()
      store.close()
      disk = files.disk
    }
  }

  @Test func `holds it at every power cut of the first start`() throws {
    let disk = old([.test(1)], tokens: [line(1, 1, 9), line(2, 1, 8)])
    let cuts = Locked<[MemoryDisk]>([])
    let files = MemoryFileSystem(
      disk.afterPowerLoss { true },
      before: { step, disk in
        guard step.changes else { return }
        var chance = Chance(step.number)
        cuts.withLock { cuts in
          cuts.append(disk.afterPowerLoss { false })
          cuts.append(disk.afterPowerLoss { true })
          for _ in 0..<8 { cuts.append(disk.afterPowerLoss { chance.flip() }) }
        }
      })
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(4))]))
    store.close()
    #expect(cuts.withLock { $0.count } > 30)
    for cut in cuts.withLock({ $0 }) {
      let state = try StateDirectory.over(MemoryFileSystem(cut)).open()
      #expect(state.damaged.map(\.id) == [.test(2)])
    }
  }

  @Test func `in a directory of ours a token without a record means nothing`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1), token: testToken(1))]))
    store.close()
    var disk = files.disk
    let node = try #require(disk.node("tokens"))
    disk.write(
      node, Array((line(2, 1, 5) + "\n").utf8), at: disk.contents("tokens")?.count ?? 0)
    let state = try StateDirectory.over(MemoryFileSystem(disk)).open()
    #expect(state.damaged.isEmpty)
  }

  @Test func `that the version before used in between holds nobody it removed`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1)), .put(.test(2))]))
    store.close()
    // It removes one, changes one and keeps its revision, and makes one.
    files.delete("machines/\(MachineID.test(1)).json")
    var second = Machine.test(2, .installed)
    second.revision = 1
    files.edit("machines/\(MachineID.test(2)).json", Array(second.fileText.utf8))
    files.edit("machines/\(MachineID.test(3)).json", Array(Machine.test(3).fileText.utf8))
    let tokens = files.text("tokens") ?? ""
    files.edit(
      "tokens",
      Array(
        (tokens + "\(MachineID.test(1)) -1 " + String(repeating: "-", count: 32) + "\n").utf8))
    let state = try StateDirectory.over(MemoryFileSystem(files.disk)).open()
    #expect(state.byID.keys.sorted() == [.test(2), .test(3)])
    #expect(state.byID[.test(2)] == second)
    #expect(state.damaged.isEmpty && state.held.isEmpty)
  }

  @Test func `finds a machine removed by us removed`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1), token: testToken(1))]))
    store.checkpoint()
    _ = try store.commit(Batch(changes: [.remove(1)]))
    store.close()
    #expect(TokenLog(files.disk.contents("tokens") ?? []).isRemoved(.test(1)))
  }

  @Test func `with a file of clusters that cannot be read says so, and makes none`() throws {
    let files = MemoryFileSystem(old([], tokens: [], extra: ["clusters.json": "{\"a\": 1}"]))
    let state = try StateDirectory.over(files).open()
    #expect(state.clusters == nil)
    #expect(state.warnings.count == 1)
  }

  @Test func `read by a second process is neither locked nor written`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    let asked = Locked<[MemoryFileSystem.Step]>([])
    let reading = MemoryFileSystem(
      files.disk,
      before: { step, _ in
        asked.withLock { $0.append(step) }
      })
    #expect(try StateDirectory.read(reading).byID.keys.sorted() == [.test(1)])
    #expect(!asked.withLock { $0.contains { $0.changes || $0.kind == .lock } })
  }
}
