// BootServerTests/Storage: what a store does when all goes well.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A state directory")
struct StateDirectoryTests {
  @Test func `keeps what is committed through a clean stop and a kill`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    #expect(try store.open().machines.isEmpty)
    let first = try store.commit(Batch(changes: [.put(.test(1), token: testToken(1))]))
    let second = try store.commit(
      Batch(changes: [.put(.test(2, .unknown)), .put(.test(1, .installed))]))
    #expect(second > first)
    // Killed: nothing of it is in a file yet.
    let again = StateDirectory.over(MemoryFileSystem(files.disk))
    let state = try again.open()
    #expect(Set(state.machines.map(\.machine.revision)) == [second])
    #expect(state.machines.first { $0.machine.id == .test(1) }?.token == testToken(1))
    #expect(again.condition.careful == nil)
    #expect(again.condition.problem == nil)
    #expect(again.condition.behind == 2)
    #expect(again.writeFiles() == 0)
    again.close()
    #expect(store.writeFiles() == 0)
    store.close()
    #expect(files.text("machines/\(MachineID.test(1)).json")?.contains("\"revision\": 2") == true)
    #expect(files.disk.visible["."]?.keys.contains { $0.hasPrefix("journal") } == false)
    let third = StateDirectory.over(MemoryFileSystem(files.disk))
    #expect(try third.open().byID == state.byID)
    #expect(third.condition.careful == nil)
  }

  @Test func `acknowledges a change after one flush, the first of a journal after two`() throws {
    let flushes = Locked(0)
    let files = MemoryFileSystem(before: { step, _ in
      if step.kind == .flush { flushes.withLock { $0 += 1 } }
    })
    let store = StateDirectory.over(files)
    _ = try store.open()
    flushes.withLock { $0 = 0 }
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    #expect(flushes.withLock { $0 } == 2)
    _ = try store.commit(Batch(changes: [.put(.test(1, .installed))]))
    #expect(flushes.withLock { $0 } == 3)
  }
}
