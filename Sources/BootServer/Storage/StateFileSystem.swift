// BootServer/Storage: the seam between the store and a disk.
// SPDX-License-Identifier: Apache-2.0

import System

/// A state directory as the store uses it: the real one, or one in memory that can lose its power.
///
/// Names are relative and at most one folder deep; `.` is the directory itself. Every call may wait
/// for the disk but those that say otherwise, and does its work wholly, through interruptions.
protocol StateFileSystem: AnyObject, Sendable {
  /// Of the directory, as it was given.
  var path: String { get }
  /// Whether it was made just now.
  var isNew: Bool { get }
  /// Whether the path still names the directory that was opened.
  var isInPlace: Bool { get }
  /// The name of a file system that others may share: what is asked about it may wait.
  var sharedKind: String? { get }

  /// Holds the directory against other servers until this object goes.
  ///
  /// - Returns: `false` when another one holds it.
  func lock() throws(Errno) -> Bool

  func makeFolder(_ name: String) throws(Errno)
  func names(in folder: String) throws(Errno) -> [String]
  /// - Parameter limit: bytes; a longer file is refused.
  func read(_ name: String, limit: Int) throws(Errno) -> (bytes: [UInt8], status: FileStatus)
  /// What a name names now; waits for nobody on a local file system.
  func status(_ name: String) throws(Errno) -> FileStatus

  /// Writes bytes at an offset; at 0 the file is made, or emptied first.
  ///
  /// - Parameter flushed: returns when they are on the disk; the file's entry may not be.
  func write(
    _ name: String, _ bytes: [UInt8], at offset: Int, flushed: Bool
  ) throws(WriteFailure)
  /// Cuts a file to a length and flushes that.
  func cut(_ name: String, to length: Int) throws(Errno)
  /// Makes a file's content, or a folder's entries, survive a loss of power.
  ///
  /// After a failure what was written is gone, and the next call may succeed all the same.
  func flush(_ name: String) throws(Errno)
  func rename(_ old: String, _ new: String) throws(Errno)
  func remove(_ name: String) throws(Errno)

  /// Begins to notice what others do in a folder.
  ///
  /// - Returns: `false` where that is not to be had.
  func watch(_ folder: String) -> Bool
  /// What was done there since the last call; waits for nobody.
  func changes() -> (changes: [DirectoryWatch.Change], isOver: Bool)

  /// Where the marker lies, outside of the directory; `nil` where it can be written nowhere.
  var markerPlace: String? { get }
  /// - Returns: `nil` where there is none.
  func readMarker() throws(Errno) -> [UInt8]?
  /// Markers of other places, where one was kept before: a data directory that cannot be written any more.
  func readOtherMarkers() -> [[UInt8]]
  func writeMarker(_ bytes: [UInt8], at offset: Int, flushed: Bool) throws(Errno)
}

extension StateFileSystem {
  func readOtherMarkers() -> [[UInt8]] { [] }

  /// Writes where it does not matter how far a failure went.
  func put(_ name: String, _ bytes: [UInt8], at offset: Int, flushed: Bool) throws(Errno) {
    do throws(WriteFailure) {
      try write(name, bytes, at: offset, flushed: flushed)
    } catch {
      throw error.error
    }
  }
}
