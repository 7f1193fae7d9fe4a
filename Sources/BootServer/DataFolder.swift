// BootServer: the folders of a data directory.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The four folders of a data directory.
enum DataFolder {
  static let all = ["configs", "images", "profiles", "sshkeys"]

  static func missing(in root: DataRoot) -> [String] {
    all.filter { folder in
      guard let path = RelativePath(folder.utf8), let opened = try? root.open(path, waiting: true)
      else { return true }
      return opened.status.kind != .directory
    }
  }

  /// The profile that an example URL names: `development`, else the first there is.
  static func exampleProfile(in root: DataRoot) -> String? {
    guard let path = RelativePath("profiles".utf8),
      let opened = try? root.open(path, waiting: true),
      let entries = try? opened.entries()
    else { return nil }
    let names = entries.map { String(decoding: $0.name, as: UTF8.self) }
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    return names.contains("development") ? "development" : names.first
  }
}
