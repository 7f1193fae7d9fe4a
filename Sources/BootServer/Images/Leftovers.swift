// BootServer/Images: what fetches that did not end left behind.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What a fetch that did not end left below `images/`.
package struct Leftover: Equatable, Sendable {
  /// As people name it: `images/flatcar/amd64-usr/.staging-3510.2.0`.
  package let path: String
  /// What it takes.
  package let bytes: Int64
  /// The process that is still at it; `nil` where it has ended.
  package let holder: String?
}

extension ImagesFolder {
  /// How deep below `images/` staging folders are looked for: `OS/ARCH/.staging-VERSION`.
  private static let depth = 4

  /// Finds what fetches that did not end left behind, by path.
  ///
  /// - Parameter removes: whether it is removed, too; what a process holds is not.
  package func leftovers(removes: Bool = false) -> [Leftover] {
    var found: [Leftover] = []
    search(root, "images", removes, Self.depth, &found)
    return found
  }

  private func search(
    _ folder: OpenFolder, _ path: String, _ removes: Bool, _ depth: Int, _ found: inout [Leftover]
  ) {
    for entry in (try? folder.contents()) ?? [] {
      let name = String(decoding: entry.name, as: UTF8.self)
      let kind = try? entry.status.get().kind
      if name.hasPrefix(Staging.prefix), kind == .directory {
        found.append(staging(name, in: folder, path, removes))
      } else if kind == .link || kind == .regular, Self.isOrphan(name) {
        // A channel's link or the channels' file on its way, whose process has died.
        if removes { try? folder.remove(name) }
      } else if kind == .directory, !name.hasPrefix("."), depth > 1,
        let inner = try? folder.folder(named: name)
      {
        search(inner, "\(path)/\(name)", removes, depth - 1, &found)
      }
    }
  }

  private func staging(
    _ name: String, in parent: OpenFolder, _ path: String, _ removes: Bool
  ) -> Leftover {
    let bytes = (try? parent.folder(named: name))?.totalBytes ?? 0
    var holder: String?
    do throws(Errno) {
      if let (folder, lock) = try Staging.take(name, in: parent, makes: false) {
        if removes { withExtendedLifetime(lock) { Staging.remove(folder, name, from: parent) } }
      } else {
        holder = Staging.holder(of: name, in: parent)
      }
    } catch {
      holder = "nobody: \(error)"
    }
    return Leftover(path: "\(path)/\(name)", bytes: bytes, holder: holder)
  }

  /// `.stable.1234.link` or `..channels.json.1234.new`, where there is no process 1234.
  private static func isOrphan(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isOurs = parts.last == "link" || name.hasPrefix(".\(ImageChannels.fileName).")
    guard parts.count >= 4, parts[0].isEmpty, isOurs,
      let process = Int(parts[parts.count - 2])
    else { return false }
    return (try? FileStatus.of(path: "/proc/\(process)")) == nil
  }
}
