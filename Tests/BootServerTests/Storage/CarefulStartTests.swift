// BootServerTests/Storage: a state directory that is not what it was.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A start")
struct CarefulStartTests {
  private let marker = "@/\(StateMarker.fileName)"

  /// A directory that was used and stopped.
  private func used(_ machines: Int = 2) throws -> MemoryDisk {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    for index in 0..<machines {
      _ = try store.commit(Batch(changes: [.put(.test(index, .installed))]))
    }
    store.close()
    return files.disk
  }

  /// The same marker, and no state.
  private func emptied(_ disk: MemoryDisk) -> MemoryDisk {
    var empty = MemoryDisk()
    if let bytes = disk.contents(marker) {
      let node = empty.make(marker)
      empty.write(node, bytes, at: 0)
    }
    return empty
  }

  private func reason(
    _ disk: MemoryDisk, _ policy: StartPolicy = StartPolicy(), hasMarker: Bool = true
  ) throws -> (careful: String?, events: [String], disk: MemoryDisk) {
    let events = Locked<[StoreEvent]>([])
    let files = MemoryFileSystem(disk, hasMarker: hasMarker)
    let store = StateDirectory.over(files, policy: policy, events)
    _ = try store.open()
    let careful = store.condition.careful
    store.close()
    return (careful, events.withLock { $0.map(\.name) }, files.disk)
  }

  @Test func `of nothing says so once, and holds nobody`() throws {
    let first = try reason(MemoryDisk())
    #expect(first.careful == nil)
    #expect(first.events == ["state-new"])
  }

  @Test func `of the directory as it was is a start like any`() throws {
    let again = try reason(used())
    #expect(again.careful == nil)
    #expect(again.events == [])
  }

  @Test func `after the last change was a removal is a start like any`() throws {
    let files = MemoryFileSystem(try used())
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.remove(0)]))
    _ = try store.commit(Batch(changes: [], clusters: ["default": "t"]))
    store.close()
    #expect(try reason(files.disk).careful == nil)
  }

  @Test func `of an empty directory in the place of a used one is careful until it is trusted`()
    throws
  {
    var disk = emptied(try used())
    for _ in 0..<2 {
      let start = try reason(disk)
      #expect(start.careful?.contains("is the right disk mounted") == true)
      #expect(start.events == ["state-careful"])
      disk = start.disk
    }
    let files = MemoryFileSystem(disk)
    let store = StateDirectory.over(files)
    _ = try store.open()
    try store.trust()
    #expect(store.condition.careful == nil)
    store.close()
    #expect(try reason(files.disk).careful == nil)
  }

  @Test func `of an older copy is careful, also after changes and a restart`() throws {
    let old = try used(1)
    var files = MemoryFileSystem(old)
    var store = StateDirectory.over(files)
    _ = try store.open()
    let last = try store.commit(Batch(changes: [.put(.test(5, .installed))]))
    // Killed; what the marker says was not even flushed.
    let markerBytes = try #require(files.disk.contents(marker))
    var disk = old
    disk.write(try #require(disk.node(marker)), markerBytes, at: 0)
    files = MemoryFileSystem(disk)
    store = StateDirectory.over(files)
    _ = try store.open()
    #expect(store.condition.careful?.contains("older") == true)
    let next = try store.commit(Batch(changes: [.put(.test(6, .installed))]))
    #expect(next > last)
    store.close()
    let again = try reason(files.disk)
    #expect(again.careful != nil)
  }

  @Test func `of another used directory is careful`() throws {
    let one = try used()
    let other = try used()
    var disk = one
    let node = try #require(disk.node(marker))
    disk.write(node, try #require(other.contents(marker)), at: 0)
    #expect(try reason(disk).careful?.contains("not the one") == true)
  }

  @Test func `of a directory that the version before wrote, in place of ours, is careful`() throws {
    var disk = emptied(try used())
    disk.makeFolder("machines")
    let node = disk.make("machines/\(MachineID.test(1)).json")
    disk.write(node, Array(Machine.test(1).fileText.utf8), at: 0)
    #expect(try reason(disk).careful != nil)
  }

  @Test func `that expects machines and finds none is careful`() throws {
    let expecting = StartPolicy(expectsState: true)
    #expect(try reason(MemoryDisk(), expecting).careful?.contains("--expect-state") == true)
    #expect(try reason(used(), expecting).careful == nil)
  }

  @Test func `that is empty on purpose is not careful`() throws {
    let fresh = StartPolicy(isFresh: true)
    let start = try reason(emptied(try used()), fresh)
    #expect(start.careful == nil)
    // From here on the marker is this directory's.
    #expect(try reason(start.disk).careful == nil)
  }

  @Test func `without a place for a marker says so once`() throws {
    let start = try reason(MemoryDisk(), hasMarker: false)
    #expect(start.careful == nil)
    #expect(start.events == ["no-marker", "state-new"])
  }

  @Test func `leaves the lines of other servers in the marker`() throws {
    var disk = MemoryDisk()
    let other = StateMarker(id: "ff", batch: 3, path: "/other").line
    let node = disk.make(marker)
    disk.write(node, other, at: 0)
    let files = MemoryFileSystem(disk)
    let store = StateDirectory.over(files)
    _ = try store.open()
    #expect(store.condition.careful == nil)
    _ = try store.commit(Batch(changes: [.put(.test(1, .running))]))
    store.close()
    let bytes = try #require(files.disk.contents(marker))
    #expect(StateMarker.find(path: "/other", in: bytes).marker?.batch == 3)
    #expect(StateMarker.find(path: "/state", in: bytes).marker?.batch == 1)
  }

  /// A write that is cut short between the digits of 7 and 14 reads as 17.
  @Test(arguments: [(7, 14), (19, 20), (99, 100), (15, 26)])
  func `takes a marker that was half written for no later one`(numbers: (old: Int, new: Int)) {
    let (old, new) = (
      StateMarker(id: "ff", batch: numbers.old, path: "/s").line,
      StateMarker(id: "ff", batch: numbers.new, path: "/s").line
    )
    #expect(old.count == new.count)
    for length in 0...new.count {
      let found = StateMarker.find(path: "/s", in: Array(new[..<length] + old[length...]))
      #expect(found.isReadable && (numbers.old...numbers.new) ~= found.marker?.batch ?? 0)
    }
  }

  @Test func `after a journal was damaged is careful, and holds whom it named`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    for index in 1...3 { _ = try store.commit(Batch(changes: [.put(.test(index))])) }
    var disk = files.disk
    let node = try #require(disk.node("journal-1"))
    var bytes = try #require(disk.contents("journal-1"))
    let second = try #require(bytes.firstRange(of: Array("\(MachineID.test(2))".utf8)))
    bytes[second.upperBound + 30] ^= 1
    disk.write(node, bytes, at: 0)
    for _ in 0..<2 {
      let files = MemoryFileSystem(disk)
      let again = StateDirectory.over(files)
      let state = try again.open()
      #expect(again.condition.careful?.contains("damaged") == true)
      #expect(state.byID.keys.sorted() == [.test(1)])
      #expect(Set(state.held.keys) == [.test(2), .test(3)])
      #expect(files.disk.contents("journal-1.damaged") == bytes)
      _ = again.writeFiles()
      again.close()
      disk = files.disk
    }
    let last = StateDirectory.over(MemoryFileSystem(disk))
    _ = try last.open()
    try last.trust()
    #expect(last.condition.careful == nil)
  }

  @Test func `without the file format beside a journal is careful, and keeps its ID`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    let id = store.condition.id
    files.delete("format")
    let again = StateDirectory.over(MemoryFileSystem(files.disk))
    let state = try again.open()
    #expect(state.byID.keys.sorted() == [.test(1)])
    #expect(again.condition.careful?.contains("format") == true)
    #expect(again.condition.id == id)
  }

  @Test func `of a newer version's directory touches nothing`() throws {
    var disk = try used()
    let node = try #require(disk.node("format"))
    disk.write(node, Array("format 2\nid a\n".utf8), at: 0)
    let changes = Locked(0)
    let files = MemoryFileSystem(
      disk,
      before: { step, _ in
        if step.changes || step.kind == .lock { changes.withLock { $0 += 1 } }
      })
    #expect(throws: StoreError.newerFormat(path: "/state", version: 2)) {
      try StateDirectory.over(files).open()
    }
    #expect(changes.withLock { $0 } == 0)
  }
}
