// BootServerTests/Storage: people edit records.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A record edited by hand")
struct HandEditTests {
  private let files = MemoryFileSystem()
  private let store: StateDirectory
  private let name = "machines/\(MachineID.test(1)).json"

  init() throws {
    store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1), token: testToken(1))]))
    _ = try store.commit(Batch(changes: [.put(.test(1, .installing))]))
    _ = store.writeFiles()
    _ = store.edited()
  }

  private func edit(
    inPlace: Bool = false, revision: Int? = nil, _ change: (inout Machine) -> Void
  ) throws {
    let bytes = try #require(files.disk.contents(name))
    var machine = try Machine(parsing: bytes, id: .test(1), file: "f")
    change(&machine)
    if let revision { machine.revision = revision }
    files.edit(name, Array(machine.fileText.utf8), inPlace: inPlace)
  }

  private func bytes(_ machine: Machine) -> [UInt8] { Array(machine.fileText.utf8) }

  @Test(arguments: [true, false])
  func `of its revision is the operator's word`(inPlace: Bool) throws {
    try edit(inPlace: inPlace) { $0.profile = "other" }
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.edited() == .none)
    #expect(!store.isCurrent(.test(1)))
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    #expect(machine.profile == "other")
    // From here on nobody is answered from what was before: read, committed, and not shown yet.
    #expect(!store.isCurrent(.test(1)))
    let number = try store.commit(Batch(changes: [.put(machine)]))
    #expect(store.writeFiles() == 0)
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .none)
    #expect(store.isCurrent(.test(1)))
    #expect(files.text(name)?.contains("\"revision\": \(number)") == true)
  }

  @Test func `without a revision is the operator's word`() throws {
    try edit(revision: 0) { $0.state = .configured }
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    #expect(machine.state == .configured)
  }

  @Test func `of a lower revision is kept aside, and not taken`() throws {
    try edit(revision: 1) { $0.state = .configured }
    #expect(store.reread(.test(1)) == .stale(kept: "\(MachineID.test(1)).json.edited"))
    #expect(store.keptAside(.test(1)) != nil)
    #expect(store.writeFiles() == 0)
    #expect(files.text(name)?.contains("installing") == true)
    #expect(files.text(name + ".edited")?.contains("configured") == true)
    store.checkpoint()
    // Held until a person has looked at it, through restarts too.
    let again = StateDirectory.over(MemoryFileSystem(files.disk))
    #expect(try again.open().held.keys.contains(.test(1)))
    files.delete(name + ".edited")
    #expect(store.keptAside(.test(1)) == nil)
  }

  @Test func `while a later change waits for its file is stale`() throws {
    _ = try store.commit(Batch(changes: [.put(.test(1, .installed))]))
    try edit { $0.state = .configured }
    #expect(store.writeFiles() == 1)
    #expect(files.text(name)?.contains("configured") == true)
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.reread(.test(1)) == .stale(kept: "\(MachineID.test(1)).json.edited"))
    #expect(store.writeFiles() == 0)
    #expect(files.text(name)?.contains("\"installed\"") == true)
  }

  @Test func `is not written over, nor its journal let go, until it is read`() throws {
    try edit(revision: 0) { $0.serial = "NEW" }
    _ = try store.commit(Batch(changes: [.put(.test(1, .installed))]))
    #expect(store.writeFiles() == 1)
    store.checkpoint()
    #expect(files.text(name)?.contains("NEW") == true)
    #expect(store.condition.journalBytes > 0)
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    // Read, and not committed yet.
    #expect(store.writeFiles() == 1)
    _ = try store.commit(Batch(changes: [.put(machine)]))
    #expect(store.writeFiles() == 0)
    store.checkpoint()
    #expect(store.condition.journalBytes == 0)
    #expect(files.text(name)?.contains("NEW") == true)
  }

  @Test func `and not committed when the power goes is the operator's word again`() throws {
    store.checkpoint()
    try edit(revision: 0) { $0.serial = "NEW" }
    let disk = files.disk.afterPowerLoss { true }
    let again = StateDirectory.over(MemoryFileSystem(disk))
    #expect(try again.open().byID[.test(1)]?.serial == "NEW")
  }

  @Test func `and committed, but not written when the power goes, is what was committed`() throws {
    try edit(revision: 0) { $0.serial = "NEW" }
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    _ = try store.commit(Batch(changes: [.put(machine)]))
    for keeps in [true, false] {
      let disk = files.disk.afterPowerLoss { keeps }
      let state = try StateDirectory.over(MemoryFileSystem(disk)).open()
      #expect(state.byID[.test(1)]?.serial == "NEW")
      #expect(state.held.isEmpty)
    }
  }

  @Test func `on a crashed directory is kept aside, and the machine is held`() throws {
    try edit { $0.serial = "NEW" }
    let again = StateDirectory.over(MemoryFileSystem(files.disk))
    let state = try again.open()
    #expect(state.byID[.test(1)]?.serial == "S1")
    #expect(state.held[.test(1)] != nil)
    #expect(again.writeFiles() == 0)
    again.close()
  }

  @Test func `that says the same in another way changes nothing`() throws {
    let text = try #require(files.text(name))
    files.edit(name, Array(text.split(separator: "\n").joined(separator: "").utf8))
    #expect(store.reread(.test(1)) == .same)
    #expect(store.isCurrent(.test(1)))
  }

  @Test func `that is half-written is damaged until it is whole`() throws {
    let text = try #require(files.disk.contents(name))
    files.edit(name, Array(text[..<40]), inPlace: true)
    guard case .damaged(_, let bytes) = store.reread(.test(1)) else {
      Issue.record("not damaged")
      return
    }
    #expect(bytes.count == 40)
    #expect(store.writeFiles() == 0)
    files.edit(name, text, inPlace: true)
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.reread(.test(1)) == .same)
  }

  @Test func `that is half-written when the server starts keeps its names`() throws {
    store.close()
    files.edit(name, Array("{\"id\": ".utf8), inPlace: true)
    let state = try StateDirectory.over(MemoryFileSystem(files.disk)).open()
    #expect(state.machines.isEmpty)
    #expect(state.damaged.map(\.id) == [.test(1)])
    #expect(state.damaged[0].known?.macs == Machine.test(1).macs)
    #expect(state.damaged[0].known?.profile == "core")
  }

  @Test func `that is removed is lost, now and after restarts, until it is put back`() throws {
    let text = try #require(files.disk.contents(name))
    store.checkpoint()
    files.delete(name)
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.reread(.test(1)) == .gone)
    store.close()
    var disk = files.disk
    for _ in 0..<2 {
      let files = MemoryFileSystem(disk)
      let again = StateDirectory.over(files)
      let state = try again.open()
      #expect(state.damaged.map(\.id) == [.test(1)])
      #expect(state.damaged.first?.known?.profile == "core")
      again.checkpoint()
      again.close()
      disk = files.disk
    }
    let files = MemoryFileSystem(disk)
    let again = StateDirectory.over(files)
    _ = try again.open()
    _ = again.edited()
    files.edit(name, text)
    #expect(again.edited() == .some([.test(1)]))
    guard case .edited(let machine) = again.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    #expect(machine.state == .installing)
  }

  @Test func `put back from an old backup in place of a lost one is not taken`() throws {
    store.close()
    files.delete(name)
    let files = MemoryFileSystem(files.disk)
    let again = StateDirectory.over(files)
    _ = try again.open()
    _ = again.edited()
    var old = Machine.test(1)
    old.revision = 1
    files.edit(name, bytes(old))
    #expect(again.edited() == .some([.test(1)]))
    guard case .stale = again.reread(.test(1)) else {
      Issue.record("an old version is no operator's word")
      return
    }
  }

  @Test func `of a machine that is new is taken`() throws {
    files.edit("machines/\(MachineID.test(2)).json", bytes(.test(2)))
    #expect(store.edited() == .some([.test(2)]))
    #expect(store.reread(.test(2)) == .edited(.test(2)))
  }

  @Test func `after its machine was removed by the API is kept aside`() throws {
    try edit { $0.serial = "NEW" }
    _ = store.reread(.test(1))
    _ = try store.commit(Batch(changes: [.remove(1)]))
    try edit { $0.serial = "NEWER" }
    #expect(store.writeFiles() == 1)
    guard case .stale = store.reread(.test(1)) else {
      Issue.record("the removal is newer")
      return
    }
    #expect(store.writeFiles() == 0)
    #expect(files.text(name) == nil)
  }

  @Test(arguments: ["52-54-00-00-00-0A.json", "52:54:00:00:00:0a.json", "52-54-00-00-00-0a.JSON"])
  func `whose name is no ID in small letters is damaged`(file: String) throws {
    files.edit("machines/\(file)", bytes(.test(10)))
    #expect(store.edited() == .some([.test(10)]))
    guard case .damaged(let error, _) = store.reread(.test(10)) else {
      Issue.record("not damaged")
      return
    }
    #expect(error.description.contains("52-54-00-00-00-0a.json"))
    let state = try StateDirectory.over(MemoryFileSystem(files.disk)).open()
    #expect(state.damaged.map(\.id) == [.test(10)])
  }

  @Test func `with a revision that no server gave is damaged`() throws {
    try edit(revision: RecordFile.maxRevision + 1) { _ in }
    guard case .damaged = store.reread(.test(1)) else {
      Issue.record("the numbers behind it would be no numbers")
      return
    }
  }

  @Test func `is found after more happened than was told`() throws {
    try edit { $0.serial = "NEW" }
    files.overflow()
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .some([.test(1)]))
  }

  @Test func `is found where nothing is told`() throws {
    for isShared in [true, false] {
      let files = MemoryFileSystem(
        files.disk, sharedKind: isShared ? "NFS" : nil, canWatch: false)
      let store = StateDirectory.over(files)
      _ = try store.open()
      _ = store.writeFiles()
      // On another host a loop cannot tell; it has the record read again.
      #expect(store.isCurrent(.test(1)) == !isShared)
      files.edit(name, bytes(.test(1, .running)))
      #expect(!store.isCurrent(.test(1)))
      #expect(store.edited() == .some([.test(1)]))
    }
  }

  /// No loop waits for another host, and one that has waited elsewhere gets its answer.
  @Test func `on another host is looked at by whoever may wait, and no loop`() throws {
    let looks = Locked(0)
    let files = MemoryFileSystem(
      files.disk, sharedKind: "NFS", canWatch: false,
      before: { step, _ in
        if case .status = step.kind { looks.withLock { $0 += 1 } }
      })
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = store.writeFiles()
    #expect(store.isFarAway)
    looks.withLock { $0 = 0 }
    #expect(!store.isCurrent(.test(1)) && !store.areAllCurrent)
    #expect(looks.withLock { $0 } == 0)
    #expect(store.reread(.test(1)) == .same)
    #expect(store.isCurrent(.test(1)))
    usleep(250_000)
    #expect(!store.isCurrent(.test(1)))
    #expect(looks.withLock { $0 } <= 1)
  }

  /// Whatever is saved between the first look and the rename would be gone, and nobody would know.
  @Test func `while its new version is being written is not written over`() throws {
    let editing = Locked(false)
    let (name, edited) = (name, bytes(.test(1, .running)))
    let world = Locked<MemoryFileSystem?>(nil)
    let files = MemoryFileSystem(
      files.disk,
      before: { step, _ in
        guard case .write = step.kind, step.name.hasPrefix("tmp/"),
          editing.withLock({ was in
            defer { was = false }
            return was
          })
        else { return }
        world.withLock { $0 }?.edit(name, edited)
      })
    world.withLock { $0 = files }
    defer { world.withLock { $0 = nil } }
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = store.writeFiles()
    _ = store.edited()
    _ = try store.commit(Batch(changes: [.put(.test(1, .installed))]))
    editing.withLock { $0 = true }
    #expect(store.writeFiles() == 1)
    #expect(files.disk.contents(name) == edited)
    #expect(store.edited() == .some([.test(1)]))
  }

  @Test func `is read again when its batch did not happen`() throws {
    let isFull = Locked(false)
    let files = MemoryFileSystem(
      files.disk,
      fault: { step in
        isFull.withLock { $0 } && step.changes ? Errno(28) : nil
      })
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = store.writeFiles()
    _ = store.edited()
    files.edit(name, bytes(.test(1, .running)))
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("not taken")
      return
    }
    isFull.withLock { $0 = true }
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(machine)])) }
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.reread(.test(1)) == .edited(machine))
  }
}
