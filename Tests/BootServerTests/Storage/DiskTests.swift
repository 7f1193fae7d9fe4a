// BootServerTests/Storage: the store in a real directory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A state directory on a disk", .waits)
struct StateDirectoryOnDiskTests {
  private let place: TemporaryDirectory
  private var path: String { place.path + "/state" }

  init() throws { place = try TemporaryDirectory(["configs/": ""]) }

  private func store(_ options: StateDirectory.Options = .init()) -> StateDirectory {
    StateDirectory(path: path, data: place.path, options: options)
  }

  private func names() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: path))
  }

  @Test func `keeps what is committed, and leaves what the version before can read`() throws {
    let store = store()
    _ = try store.open()
    _ = try store.commit(
      Batch(
        changes: [.put(.test(1), token: testToken(1))], clusters: ["default": "abc"]))
    #expect(try names().contains { $0.hasPrefix("journal-") })
    store.keep([.test(1): Machine.Sightings(lastSeen: Timestamp(seconds: 7))])
    store.close()
    #expect(
      try names() == [
        "clusters.json", "format", "known", "lock", "machines", "sightings", "tmp", "tokens",
      ])
    #expect(String(decoding: try place.read("state/sightings"), as: UTF8.self).hasSuffix(" 7 0\n"))
    #expect(place.path.isEmpty == false)
    let marker = String(
      decoding: try place.read(StateMarker.fileName), as: UTF8.self)
    #expect(marker.hasSuffix(" 00000000000000000001 00000000000000000001 \(path)\n"))
  }

  /// The data directory cannot be written any more, as when the server becomes a unit of systemd's: its marker
  /// still tells.
  @Test func `is missed by a marker that was kept elsewhere before`() throws {
    let other = try TemporaryDirectory()
    let (path, folders) = (path, [other.path, place.path])
    func moved() -> StateDirectory {
      StateDirectory { () throws(Errno) in try DiskFileSystem(path: path, markerFolders: folders) }
    }
    let first = store()
    _ = try first.open()
    _ = try first.commit(Batch(changes: [.put(.test(1))]))
    first.close()
    let second = moved()
    _ = try second.open()
    #expect(second.condition.careful == nil)
    second.close()
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.removeItem(atPath: other.path + "/" + StateMarker.fileName)
    let emptied = moved()
    _ = try emptied.open()
    #expect(emptied.condition.careful != nil)
    // A person decides once, and the marker of the place that counts now says so.
    try emptied.trust()
    emptied.close()
    let later = moved()
    _ = try later.open()
    #expect(later.condition.careful == nil)
  }

  /// As under the unit of `print systemd`: of data, parent and the unit's folders the last alone is writable.
  @Test func `has its marker in the unit's other folder, where nothing else can be written`() throws
  {
    let (lib, none) = (place.path + "/lib", place.path + "/none")
    let (state, marker) = (lib + "/boot", lib + "/boot-marker")
    for folder in ["lib/boot/", "lib/boot-marker/"] { try place.write(folder, "") }
    let folders = DiskFileSystem.markerFolders(
      state: state, data: none, unit: [state, state + "/inside", marker])
    #expect(folders.count == 3 && folders.first == none && folders.last == marker)
    // Root may write everywhere: the parent is left out, as systemd hides it.
    func opened(_ folders: [String]) throws -> (careful: String?, says: [StoreEvent]) {
      let says = Locked<[StoreEvent]>([])
      let store = StateDirectory(
        options: .init(report: { event in says.withLock { $0.append(event) } })
      ) { () throws(Errno) in try DiskFileSystem(path: state, markerFolders: folders) }
      _ = try store.open()
      let careful = store.condition.careful
      if careful == nil { _ = try store.commit(Batch(changes: [.put(.test(1))])) }
      store.close()
      return (careful, says.withLock { $0 })
    }
    let first = try opened([none, marker])
    #expect(first.careful == nil && !first.says.contains { $0.name == "no-marker" })
    try FileManager.default.removeItem(atPath: state)
    #expect(try opened([none, marker]).careful != nil)
    try FileManager.default.removeItem(atPath: state)
    #expect(try opened([none]).says.contains { $0.name == "no-marker" })
  }

  @Test func `belongs to one server at a time`() throws {
    let first = store()
    _ = try first.open()
    #expect(throws: StoreError.usedByAnother(path: path)) { try store().open() }
    first.close()
    _ = try store().open()
  }

  @Test func `that was moved away takes no change until it is opened anew`() throws {
    let store = store()
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
    try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
    #expect(throws: CommitError.self) {
      try store.commit(Batch(changes: [.put(.test(2))]))
    }
    #expect(store.condition.isLost)
    #expect(try store.open().byID.keys.sorted() == [.test(1)])
    _ = try store.commit(Batch(changes: [.put(.test(2))]))
  }

  @Test func `notices a hand edit at once`() throws {
    let store = store()
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    #expect(store.writeFiles() == 0)
    _ = store.edited()
    #expect(store.isCurrent(.test(1)))
    var text = String(
      decoding: try place.read("state/machines/\(MachineID.test(1)).json"), as: UTF8.self)
    text = text.replacingOccurrences(of: "\"S1\"", with: "\"S9\"")
    try place.write("state/machines/\(MachineID.test(1)).json", text)
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .some([.test(1)]))
    guard case .edited(let machine) = store.reread(.test(1)) else {
      Issue.record("an edit of our revision is the operator's word")
      return
    }
    #expect(machine.serial == "S9")
    _ = try store.commit(Batch(changes: [.put(machine)]))
    #expect(store.writeFiles() == 0)
    // Not before whoever committed it has shown it.
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .none)
    #expect(store.isCurrent(.test(1)))
  }

  @Test(.needs(root: true))
  func `lets its file system be made read-only, and goes on when it can be written again`() throws {
    try place.write("disk/", "")
    let disk = place.path + "/disk"
    #expect(try Program.run("/bin/mount", ["-t", "tmpfs", "none", disk]).status == 0)
    defer { _ = try? Program.run("/bin/umount", ["-l", disk]) }
    let store = StateDirectory(path: disk + "/state", data: place.path)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    _ = store.writeFiles()
    #expect(try Program.run("/bin/mount", ["-o", "remount,ro", disk]).status == 0)
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(2))])) }
    _ = store.writeFiles()
    store.checkpoint()
    #expect(store.isCurrent(.test(1)))
    // Another one reads what nobody can write.
    #expect(try StateDirectory.read(path: disk + "/state").byID.keys.sorted() == [.test(1)])
    #expect(try Program.run("/bin/mount", ["-o", "remount,rw", disk]).status == 0)
    _ = try store.commit(Batch(changes: [.put(.test(2))]))
    store.checkpoint()
    #expect(store.condition.problem == nil)
    #expect(store.condition.journalBytes == 0)
    store.close()
  }

  @Test(.needs(root: true))
  func `on a file system that is read-only is read, and takes no change`() throws {
    try place.write("disk/", "")
    let disk = place.path + "/disk"
    #expect(try Program.run("/bin/mount", ["-t", "tmpfs", "none", disk]).status == 0)
    defer { _ = try? Program.run("/bin/umount", ["-l", disk]) }
    let first = StateDirectory(path: disk + "/state", data: place.path)
    _ = try first.open()
    _ = try first.commit(Batch(changes: [.put(.test(1))]))
    // Killed, with a journal.
    let copy = place.path + "/disk/copy"
    #expect(try Program.run("/bin/cp", ["-a", disk + "/state", copy]).status == 0)
    #expect(try Program.run("/bin/mount", ["-o", "remount,ro", disk]).status == 0)
    let store = StateDirectory(path: copy, data: place.path)
    #expect(try store.open().byID.keys.sorted() == [.test(1)])
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(2))])) }
    #expect(!store.recover())
    #expect(store.condition.problem != nil)
    #expect(try Program.run("/bin/mount", ["-o", "remount,rw", disk]).status == 0)
    #expect(store.recover())
    _ = try store.commit(Batch(changes: [.put(.test(2))]))
  }

  @Test func `keeps no descriptor of its files`() throws {
    let store = store()
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    _ = store.writeFiles()
    store.checkpoint()
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let ours = Set(open.filter { $0.hasPrefix(real) })
    #expect(ours == [real, real + "/lock"])
  }

  @Test func `is held by a lock that other hosts see, where they share it`() throws {
    let one = try StateFolder(path: path)
    let other = try StateFolder(path: path)
    let held = try one.lockForHosts("lock")
    #expect(held != nil)
    #expect(try other.lockForHosts("lock") == nil)
  }

  @Test func `does without inotify once the folder of records was replaced`() throws {
    let store = store()
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
    _ = store.writeFiles()
    _ = store.edited()
    let machines = path + "/machines"
    #expect(try Program.run("/bin/cp", ["-a", machines, machines + ".new"]).status == 0)
    try FileManager.default.moveItem(atPath: machines, toPath: machines + ".old")
    try FileManager.default.moveItem(atPath: machines + ".new", toPath: machines)
    #expect(!store.isCurrent(.test(1)))
    #expect(store.edited() == .some([.test(1)]))
    #expect(store.reread(.test(1)) == .same)
    #expect(store.isCurrent(.test(1)))
  }
}
