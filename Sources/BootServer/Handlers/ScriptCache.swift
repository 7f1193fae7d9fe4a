// BootServer/Handlers: scripts that were rendered before.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// Who a script is for, and when.
enum ScriptOccasion: Hashable, Sendable {
  /// Anyone who names the profile.
  case byName
  /// A machine that is to be installed, if its profile installs.
  case installing
  /// A machine that is installed, if its profile installs.
  case settled(platform: String?)
}

/// A script, and the places in it that differ from machine to machine.
struct RenderedScript: Sendable {
  /// The whole of it where nothing differs.
  let response: Response
  /// What stands around the machine's own query; one piece: there is no place for it.
  let pieces: [[UInt8]]
  /// Whether its profile has an installer.
  let installs: Bool

  /// The script of one machine.
  ///
  /// - Parameter query: `?machine=...`.
  func response(query: @autoclosure () -> [UInt8]) -> Response {
    if pieces.count == 1 { return response }
    var response = response
    response.body = [.bytes(Array(pieces.joined(separator: query())))]
    return response
  }
}

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
