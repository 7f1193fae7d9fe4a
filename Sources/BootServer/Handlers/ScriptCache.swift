// BootServer/Handlers: scripts that were rendered before.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System

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
    /// When it is rendered again for its warnings, about files that it does not depend on.
    let end: Instant
    /// Where its key stands in ``order``.
    var place: Int
    /// The loop's turn in which the files were looked at last.
    var checkedTurn: UInt64

    init(
      _ script: RenderedScript, _ dependencies: [FileDependency], end: Instant, place: Int,
      checkedTurn: UInt64
    ) {
      self.script = script
      self.dependencies = dependencies
      self.end = end
      self.place = place
      self.checkedTurn = checkedTurn
    }
  }

  private static let maxEntries = 8192
  private static let maxBytes: Int64 = 8 << 20
  private static let maxScript = 256 << 10

  private var entries: [Key: Entry] = [:]
  private var bytes: Int64 = 0
  /// Every key there is, and where the next one to go stands: a fleet that is larger than the cache loses
  /// some at a time, never all.
  private var order: [Key] = []
  private var hand = 0

  /// The script, if no file it depends on has changed.
  mutating func current(_ key: Key, turn: UInt64) -> RenderedScript? {
    guard let entry = entries[key] else { return nil }
    if entry.checkedTurn == turn { return entry.script }
    guard Instant.now < entry.end, entry.dependencies.allSatisfy(\.isCurrent) else { return nil }
    entry.checkedTurn = turn
    return entry.script
  }

  /// - Parameter seconds: for which it is kept at most.
  mutating func keep(
    _ key: Key, _ script: RenderedScript, _ dependencies: [FileDependency], seconds: Int,
    turn: UInt64
  ) {
    let size = script.response.contentLength
    // A file that was edited a moment ago is read again for the next request.
    guard size <= Self.maxScript, !dependencies.contains(where: \.isVolatile) else { return }
    if entries[key] != nil { drop(key) }
    while entries.count >= Self.maxEntries || bytes + size > Self.maxBytes { drop(order[hand]) }
    entries[key] = Entry(
      script, dependencies, end: Instant.now.advanced(seconds: seconds), place: order.count,
      checkedTurn: turn)
    order.append(key)
    bytes += size
  }

  /// Lets a script go; the last key takes its place.
  private mutating func drop(_ key: Key) {
    guard let entry = entries.removeValue(forKey: key), let last = order.popLast() else { return }
    bytes -= entry.script.response.contentLength
    if entry.place < order.count {
      order[entry.place] = last
      entries[last]?.place = entry.place
    }
    hand = order.isEmpty ? 0 : (entry.place + 1) % order.count
  }
}
