// TestSupport: a data directory of a test's own.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory that goes with its owner.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "/coreos-ipxe-test-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    Self.all.withLock { _ = $0.insert(path) }
    for (name, text) in files { try write(name, text) }
  }

  deinit { Self.remove(path) }

  /// All that were made. Those whose owner is still there at the end of the run go then, and those that
  /// somebody has made again: git does so with the folders of a repository.
  private static let all: Locked<Set<String>> = {
    atexit { TemporaryDirectory.all.withLock { $0 }.forEach(TemporaryDirectory.remove) }
    return Locked([])
  }()

  /// A git that a killed server has begun may still write there; it ends by itself.
  private static func remove(_ path: String) {
    for turn in 0..<50 where access(path, F_OK) == 0 {
      if turn > 0 { usleep(10_000) }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Writes a file, its directories too; a name that ends in a slash is a directory.
  package func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  package func write(_ name: String, _ data: Data) throws {
    let target = path + "/" + name
    if name.hasSuffix("/") {
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      return
    }
    // In place: the file keeps its inode, as an editor's save may.
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    var file = open(target, flags, 0o666)
    if file < 0, errno == ENOENT {
      let directory = (target as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      file = open(target, flags, 0o666)
    }
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    try handle.write(contentsOf: data)
    try handle.close()
  }

  package func link(_ name: String, to target: String) throws {
    let place = path + "/" + name
    let directory = (place as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(atPath: place)
    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
  }

  package func read(_ name: String) throws -> Data {
    // `Data(contentsOf:)` leaks a page where a file is empty.
    try FileHandle(forReadingFrom: URL(fileURLWithPath: path + "/" + name)).readToEnd() ?? Data()
  }
}
