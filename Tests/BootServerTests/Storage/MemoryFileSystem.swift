// BootServerTests/Storage: a state directory in memory.
// SPDX-License-Identifier: Apache-2.0

import System
import TestSupport

@testable import BootServer

/// The other conformer of the seam: every step can be looked at, and can fail.
final class MemoryFileSystem: StateFileSystem {
  /// One thing that is asked of the disk.
  struct Step: Sendable {
    enum Kind: Sendable, Equatable {
      case lock, folder, names, read, status, make, open, write, cut, flush, rename, remove
      case readMarker
    }
    let number: Int
    let kind: Kind
    let name: String

    var changes: Bool {
      switch kind {
      case .folder, .make, .write, .cut, .flush, .rename, .remove: true
      case .lock, .names, .read, .status, .open, .readMarker: false
      }
    }
  }

  /// What of a write arrives where it fails: write(2) takes a part, and fails for the rest.
  enum ShortWrite: CaseIterable {
    case byChance, nothing, firstByte, half, allButOne

    func count(of bytes: Int, _ chance: inout Chance) -> Int {
      switch self {
      case .byChance: chance.below(bytes + 1)
      case .nothing: 0
      case .firstByte: min(1, bytes)
      case .half: bytes / 2
      case .allButOne: max(0, bytes - 1)
      }
    }
  }

  struct World: Sendable {
    var disk: MemoryDisk
    var steps = 0
    var chance = Chance(1)
    var changes: [DirectoryWatch.Change] = []
    var isWatched = false
    var isInPlace = true
    var isLocked = false
  }

  let world: Locked<World>
  let path = "/state"
  let isNew: Bool
  let sharedKind: String?
  let markerPlace: String?
  private let canWatch: Bool
  /// Called before each step, with the disk as it is.
  let before: @Sendable (Step, MemoryDisk) -> Void
  /// The error that a step ends with.
  let fault: @Sendable (Step) -> Errno?
  /// How many of so many bytes arrive before the error of their write.
  let short: ShortWrite

  init(
    _ disk: MemoryDisk = MemoryDisk(), steps: Int = 0, sharedKind: String? = nil,
    hasMarker: Bool = true, canWatch: Bool = true, short: ShortWrite = .byChance,
    fault: @escaping @Sendable (Step) -> Errno? = { _ in nil },
    before: @escaping @Sendable (Step, MemoryDisk) -> Void = { _, _ in }
  ) {
    world = Locked(World(disk: disk, steps: steps, chance: Chance(steps + 1)))
    isNew = disk.visible["."]?.isEmpty ?? true
    self.sharedKind = sharedKind
    self.canWatch = canWatch
    markerPlace = hasMarker ? "/data" : nil
    self.before = before
    self.fault = fault
    self.short = short
  }

  var disk: MemoryDisk { world.withLock { $0.disk } }
  var isInPlace: Bool { world.withLock { $0.isInPlace } }

  /// - Parameter isOpen: a descriptor is there already, so that none can be missing.
  private func step(_ kind: Step.Kind, _ name: String, isOpen: Bool = false) throws(Errno) {
    let (number, disk) = world.withLock { world in
      world.steps += 1
      return (world.steps, world.disk)
    }
    let step = Step(number: number, kind: kind, name: name)
    before(step, disk)
    if let error = fault(step), !(isOpen && error.isExhaustion) { throw error }
  }

  func lock() throws(Errno) -> Bool {
    try step(.lock, "lock")
    return true
  }

  func makeFolder(_ name: String) throws(Errno) {
    try step(.folder, name)
    world.withLock { $0.disk.makeFolder(name) }
  }

  func names(in folder: String) throws(Errno) -> [String] {
    try step(.names, folder)
    guard let names = disk.visible[folder] else { throw .noEntry }
    return names.keys.sorted()
  }

  func read(_ name: String, limit: Int) throws(Errno) -> (bytes: [UInt8], status: FileStatus) {
    try step(.read, name)
    guard let bytes = disk.contents(name) else { throw .noEntry }
    guard bytes.count <= limit else { throw .tooBig }
    return (bytes, try status(of: name))
  }

  func status(_ name: String) throws(Errno) -> FileStatus {
    try step(.status, name)
    return try status(of: name)
  }

  private func status(of name: String) throws(Errno) -> FileStatus {
    let disk = disk
    guard let node = disk.node(name), let file = disk.nodes[node] else { throw .noEntry }
    let time = FileTime(seconds: 0, nanoseconds: file.changed)
    return FileStatus(
      kind: .regular, device: 1, inode: UInt64(node), size: Int64(file.visible.count),
      modified: time, changed: time)
  }

  func write(
    _ name: String, _ bytes: [UInt8], at offset: Int, flushed: Bool
  ) throws(WriteFailure) {
    try write(name, bytes, at: offset, makes: offset == 0, flushed: flushed)
  }

  private func write(
    _ name: String, _ bytes: [UInt8], at offset: Int, makes: Bool, flushed: Bool
  ) throws(WriteFailure) {
    let node: Int
    do throws(Errno) {
      node = try open(name, makes: makes)
    } catch {
      throw WriteFailure(error, hasBegun: false)
    }
    do throws(Errno) {
      do throws(Errno) {
        try step(.write, name, isOpen: true)
      } catch {
        // A disk that is full takes what still goes in.
        world.withLock { world in
          let count = short.count(of: bytes.count, &world.chance)
          if count > 0 { world.disk.write(node, Array(bytes[..<count]), at: offset) }
        }
        throw error
      }
      world.withLock { $0.disk.write(node, bytes, at: offset) }
      if flushed { try flush(name, isOpen: true) }
    } catch {
      throw WriteFailure(error, hasBegun: true)
    }
  }

  private func open(_ name: String, makes: Bool) throws(Errno) -> Int {
    try step(makes ? .make : .open, name)
    let node = world.withLock { world -> Int? in
      guard let node = world.disk.node(name) else { return makes ? world.disk.make(name) : nil }
      if makes { world.disk.cut(node, to: 0) }
      return node
    }
    guard let node else { throw .noEntry }
    return node
  }

  func cut(_ name: String, to length: Int) throws(Errno) {
    guard let node = disk.node(name) else { throw .noEntry }
    try step(.cut, name)
    world.withLock { $0.disk.cut(node, to: length) }
    try flush(name, isOpen: true)
  }

  func flush(_ name: String) throws(Errno) { try flush(name, isOpen: false) }

  private func flush(_ name: String, isOpen: Bool) throws(Errno) {
    let isFolder = disk.visible[name] != nil
    guard isFolder || disk.node(name) != nil else { throw .noEntry }
    do throws(Errno) {
      try step(.flush, name, isOpen: isOpen)
    } catch {
      if error.isExhaustion { throw error }
      world.withLock { world in
        if let node = world.disk.node(name) { world.disk.failFlush(node, &world.chance) }
      }
      throw error
    }
    world.withLock { world in
      if isFolder {
        world.disk.flush(folder: name)
      } else if let node = world.disk.node(name) {
        world.disk.flush(node)
      }
    }
  }

  func rename(_ old: String, _ new: String) throws(Errno) {
    guard disk.node(old) != nil else { throw .noEntry }
    try step(.rename, new)
    world.withLock { world in
      world.disk.move(old, new)
      note(old, &world)
      note(new, &world)
    }
  }

  func remove(_ name: String) throws(Errno) {
    guard disk.node(name) != nil else { throw .noEntry }
    try step(.remove, name)
    world.withLock { world in
      world.disk.drop(name)
      note(name, &world)
    }
  }

  private func note(_ path: String, isContent: Bool = false, _ world: inout World) {
    let (folder, name) = MemoryDisk.split(path)
    guard world.isWatched, folder == RecordFile.folder else { return }
    world.changes.append(isContent ? .content(name) : .entry(name))
  }

  func watch(_ folder: String) -> Bool {
    world.withLock { world in
      world.isWatched = canWatch && world.disk.visible[folder] != nil
      return world.isWatched
    }
  }

  func changes() -> (changes: [DirectoryWatch.Change], isOver: Bool) {
    world.withLock { world in
      defer { world.changes = [] }
      return (world.changes, false)
    }
  }

  private static let markerName = "\(MemoryDisk.outside)/\(StateMarker.fileName)"

  func readMarker() throws(Errno) -> [UInt8]? {
    if markerPlace == nil { return nil }
    try step(.readMarker, Self.markerName)
    return disk.contents(Self.markerName)
  }

  func writeMarker(_ bytes: [UInt8], at offset: Int, flushed: Bool) throws(Errno) {
    let isThere = disk.node(Self.markerName) != nil
    do throws(WriteFailure) {
      try write(Self.markerName, bytes, at: offset, makes: !isThere, flushed: flushed)
    } catch {
      throw error.error
    }
    if flushed { try flush(MemoryDisk.outside) }
  }
}

/// What somebody else does to the directory.
extension MemoryFileSystem {
  /// As an editor saves: in place, or by a new file that is renamed.
  func edit(_ name: String, _ bytes: [UInt8], inPlace: Bool = false) {
    world.withLock { world in
      let node: Int
      if inPlace, let present = world.disk.node(name) {
        node = present
        world.disk.cut(node, to: 0)
      } else {
        node = world.disk.make(name)
      }
      world.disk.write(node, bytes, at: 0)
      note(name, isContent: inPlace, &world)
    }
  }

  func delete(_ name: String) {
    world.withLock { world in
      world.disk.drop(name)
      note(name, &world)
    }
  }

  func overflow() { world.withLock { $0.changes = [.unknown] } }
  func moveAway() { world.withLock { $0.isInPlace = false } }

  func text(_ name: String) -> String? {
    disk.contents(name).map { String(decoding: $0, as: UTF8.self) }
  }
}
