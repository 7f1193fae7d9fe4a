// BootServer/Storage: a state directory on a disk.
// SPDX-License-Identifier: Apache-2.0

import System

/// The directory of `--state-dir`.
final class DiskFileSystem: StateFileSystem {
  private let folder: StateFolder
  private let held = Mutex<SharedDescriptor?>(nil)
  private let watching = Mutex<DirectoryWatch?>(nil)
  let sharedKind: String?
  let markerPlace: String?
  private let otherPlaces: [String]

  /// - Parameters:
  ///   - path: made, of mode 0700, where it is missing.
  ///   - markerFolders: the first that can be written holds the marker.
  init(path: String, markerFolders: [String], isReadOnly: Bool = false) throws(Errno) {
    folder = try StateFolder(path: path, makes: !isReadOnly)
    sharedKind = folder.sharedFileSystem
    let place = markerFolders.first { path in
      (try? StateFolder(path: path, makes: false))?.isWritable ?? false
    }
    markerPlace = place
    otherPlaces = markerFolders.filter { $0 != place }
  }

  /// The data directory, then the state directory's parent, then the unit's other folders.
  ///
  /// - Parameter unit: as `$STATE_DIRECTORY` has them; the marker must not go with the state directory.
  static func markerFolders(state: String, data: String, unit: [String] = []) -> [String] {
    let parts = state.split(separator: "/", omittingEmptySubsequences: true)
    let root = state.hasPrefix("/") ? "/" : ""
    let parent = root + parts.dropLast().joined(separator: "/")
    let own = RealPath.of(state).split(separator: "/")
    let others = unit.filter { !RealPath.of($0).split(separator: "/").starts(with: own) }
    return [data, parent.isEmpty ? "." : parent] + others
  }

  var path: String { folder.path }
  var isNew: Bool { folder.isNew }
  var isInPlace: Bool { folder.isInPlace }

  func lock() throws(Errno) -> Bool {
    let lock =
      sharedKind == nil ? try folder.lock("lock") : try folder.lockForHosts("lock")
    held.withLock { $0 = lock }
    return lock != nil
  }

  func makeFolder(_ name: String) throws(Errno) { try folder.makeFolder(name) }

  func names(in name: String) throws(Errno) -> [String] {
    try folder.names(in: name)
  }

  func read(_ name: String, limit: Int) throws(Errno) -> (bytes: [UInt8], status: FileStatus) {
    try folder.read(name, limit: limit)
  }

  func status(_ name: String) throws(Errno) -> FileStatus { try folder.status(name) }

  func write(
    _ name: String, _ bytes: [UInt8], at offset: Int, flushed: Bool
  ) throws(WriteFailure) {
    try folder.write(name, bytes, at: offset, makes: offset == 0, flushed: flushed)
  }

  func cut(_ name: String, to length: Int) throws(Errno) { try folder.cut(name, to: length) }
  func flush(_ name: String) throws(Errno) { try folder.flush(name) }
  func rename(_ old: String, _ new: String) throws(Errno) { try folder.rename(old, new) }
  func remove(_ name: String) throws(Errno) { try folder.remove(name) }

  func watch(_ name: String) -> Bool {
    // What other hosts do there, inotify does not tell.
    guard sharedKind == nil else { return false }
    let watch = try? DirectoryWatch(path: folder.path + "/" + name)
    watching.withLock { $0 = watch }
    return watch != nil
  }

  func changes() -> (changes: [DirectoryWatch.Change], isOver: Bool) {
    watching.withLock { $0?.drain() ?? ([], true) }
  }

  func readMarker() throws(Errno) -> [UInt8]? {
    guard let markerPlace else { return nil }
    do throws(Errno) {
      return try StateFolder(path: markerPlace, makes: false)
        .read(StateMarker.fileName, limit: 1 << 20).bytes
    } catch {
      if error == .noEntry { return nil }
      throw error
    }
  }

  func readOtherMarkers() -> [[UInt8]] {
    otherPlaces.compactMap { place in
      try? StateFolder(path: place, makes: false)
        .read(StateMarker.fileName, limit: 1 << 20).bytes
    }
  }

  func writeMarker(_ bytes: [UInt8], at offset: Int, flushed: Bool) throws(Errno) {
    guard let markerPlace else { return }
    let place = try StateFolder(path: markerPlace, makes: false)
    let isThere = (try? place.status(StateMarker.fileName)) != nil
    do throws(WriteFailure) {
      try place.write(
        StateMarker.fileName, bytes, at: offset, makes: !isThere, flushed: flushed)
    } catch {
      throw error.error
    }
    if flushed { try place.flush(".") }
  }
}
