// TestSupport: a data directory of a test's own.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory that goes with its owner.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init(_ files: [String: String] = [:]) throws {
    path = NSTemporaryDirectory() + "/coreos-ipxe-test-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, its directories too; a name that ends in a slash is a directory.
  package func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  package func write(_ name: String, _ data: Data) throws {
    let target = path + "/" + name
    if name.hasSuffix("/") {
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      return
    }
    let directory = (target as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    guard FileManager.default.createFile(atPath: target, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    // In place: the file keeps its inode, as an editor's save may.
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: target))
    try handle.truncate(atOffset: 0)
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
