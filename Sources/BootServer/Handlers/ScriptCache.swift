// BootServer/Handlers: scripts that were rendered before.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// Rendered scripts with the files they were made from.
///
/// Bounded in entries and bytes, for the Host in the key is the client's to choose; nothing is kept
/// for profiles that do not exist.
struct ScriptCache {
  struct Key: Hashable {
    let profile: [UInt8]
    let base: [UInt8]
    let occasion: ScriptOccasion
  }

  private final class Entry {
    let script: RenderedScript
    let dependencies: [FileDependency]
    /// The loop's turn in which the files were looked at last.
    var checkedTurn: UInt64

    init(_ script: RenderedScript, _ dependencies: [FileDependency], checkedTurn: UInt64) {
      self.script = script
      self.dependencies = dependencies
      self.checkedTurn = checkedTurn
    }
  }

  private static let maxEntries = 1024
  private static let maxBytes: Int64 = 2 << 20

  private var entries: [Key: Entry] = [:]
  private var bytes: Int64 = 0

  /// The script, if no file it depends on has changed.
  mutating func current(_ key: Key, turn: UInt64) -> RenderedScript? {
    guard let entry = entries[key] else { return nil }
    if entry.checkedTurn == turn { return entry.script }
    guard entry.dependencies.allSatisfy(\.isCurrent) else {
      entries[key] = nil
      bytes -= entry.script.response.contentLength
      return nil
    }
    entry.checkedTurn = turn
    return entry.script
  }

  mutating func keep(
    _ key: Key, _ script: RenderedScript, _ dependencies: [FileDependency], turn: UInt64
  ) {
    let size = script.response.contentLength
    // A file that was edited a moment ago is read again for the next request.
    guard size <= Self.maxBytes / 8, !dependencies.contains(where: \.isVolatile) else { return }
    if entries.count >= Self.maxEntries || bytes + size > Self.maxBytes {
      entries.removeAll()
      bytes = 0
    }
    entries[key] = Entry(script, dependencies, checkedTurn: turn)
    bytes += size
  }
}
