// BootServer/Trail: what crashes leave in a repository.
// SPDX-License-Identifier: Apache-2.0

import System

extension GitRepository {
  /// Removes locks, half-written packs and reports of crashes; nobody but us writes here.
  func sweep() {
    for (place, isLeft) in Self.places {
      for name in names(of: place) where isLeft(name) { try? folder.remove("\(place)/\(name)") }
    }
    for place in names(of: ".git/objects") where place.utf8.count == 2 {
      for name in names(of: ".git/objects/\(place)") where name.hasPrefix("tmp_") {
        try? folder.remove(".git/objects/\(place)/\(name)")
      }
    }
    let packs = ".git/objects/pack"
    for name in names(of: packs) where name.hasSuffix(".keep") {
      // A person's stays.
      let bytes = (try? folder.read("\(packs)/\(name)", limit: 4096).bytes) ?? []
      if bytes.starts(with: "fast-import".utf8) { try? folder.remove("\(packs)/\(name)") }
    }
  }

  private static let places: [(String, @Sendable (String) -> Bool)] = [
    (
      ".git",
      {
        $0.hasSuffix(".lock") || $0.hasPrefix("fast_import_crash_") || $0 == "gc.pid"
          || $0 == "packed-refs.new" || ($0.hasPrefix(".") && $0.hasSuffix(".new"))
      }
    ),
    (".git/refs", { $0.hasSuffix(".lock") }),
    (".git/refs/heads", { $0.hasSuffix(".lock") }),
    (".git/objects", { $0.hasPrefix("tmp_") }),
    (
      ".git/objects/pack",
      { $0.hasPrefix("tmp_") || $0.hasPrefix(".tmp-") || $0.hasSuffix(".lock") }
    ),
    (".git/objects/info", { $0.hasSuffix(".lock") }),
    (".git/objects/info/commit-graphs", { $0.hasSuffix(".lock") || $0.hasPrefix("tmp_") }),
  ]

  private func names(of place: String) -> [String] {
    ((try? folder.entries(of: place)) ?? []).map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// Removes what git has made of the rest to be quicker, and would believe.
  func removeDerived() {
    for name in [".git/objects/info/commit-graph", ".git/objects/pack/multi-pack-index"] {
      try? folder.remove(name)
    }
    let graphs = ".git/objects/info/commit-graphs"
    for name in names(of: graphs) { try? folder.remove("\(graphs)/\(name)") }
  }

  /// How many packs there are.
  var packs: Int { names(of: ".git/objects/pack").count { $0.hasSuffix(".pack") } }
}
