// BootServer/Init: whether what the profiles name is there.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// The files that some profiles' scripts name, looked at quickly: a start must not take long for their sake.
struct ProfileFiles {
  let root: DataRoot
  /// `web.json`
  let names: [String]

  /// So many profiles are looked at; nothing is said of the rest.
  static let mostRead = 20
  private static let mostTold = 3

  /// What may be said where nothing was found to lack.
  static func complete(_ count: Int) -> String {
    count > mostRead
      ? "Nothing is missing that the first \(mostRead) profiles name."
      : "Nothing is missing that profiles name."
  }

  /// Each file that is not there, with a profile that names it.
  ///
  /// - Parameter check: what to say to see all of them.
  func lacks(check: String) -> [String] {
    let files = DiskFiles(root: root).files
    var lacks: [String] = []
    for name in names.sorted().prefix(Self.mostRead).map({ String($0.dropLast(".json".count)) }) {
      let builder = ScriptBuilder(
        files, base: Array("http://localhost".utf8), reportsByToken: true)
      // What has no script may be there for others to stand on.
      guard let built = try? builder.script(profile: Array(name.utf8), .byName) else { continue }
      for file in missing(built) where !lacks.contains(where: { $0.hasPrefix("\(file) (") }) {
        lacks.append("\(file) (profile \(name) names it)")
      }
    }
    guard lacks.count > Self.mostTold else { return lacks }
    return lacks.prefix(Self.mostTold) + ["\(lacks.count - Self.mostTold) more (\(check))"]
  }

  private func missing(_ built: BuiltScript) -> [String] {
    let images = built.fetches.map(\.file).filter { !isThere($0) }
    let configs = built.configs.map(\.file).filter { !isThere($0) && !isThere($0 + ".tmpl") }
    return images + configs
  }

  private func isThere(_ file: String) -> Bool {
    RelativePath(file.utf8).map { (try? root.status(of: $0, waiting: true)) != nil } ?? true
  }
}
