// BootServer: the folders of a data directory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// The four folders of a data directory.
enum DataFolder {
  static let all = ["configs", "images", "profiles", "sshkeys"]

  /// Those that cannot be served, each with what to do about it.
  static func missing(in root: DataRoot) -> [(folder: String, hint: String)] {
    all.compactMap { folder in
      guard let path = RelativePath(folder.utf8) else { return nil }
      do throws(OpenFailure) {
        let opened = try root.open(path, waiting: true)
        return opened.status.kind == .directory ? nil : (folder, "it is no directory")
      } catch {
        switch error {
        case .leaves, .denied: return (folder, DataProblem(error).reason)
        default: return (folder, "it is served as soon as it is there")
        }
      }
    }
  }

  /// What an example URL asks for: a profile whose script can be made, `development` before others; where there
  /// is none, the script that asks a machine who it is.
  static func exampleTarget(in root: DataRoot) -> String {
    let builder = ScriptBuilder(
      DiskFiles(root: root).files, base: Array("http://localhost".utf8), reportsByToken: true)
    let found = profiles(in: root).prefix(maxTried).first { name in
      (try? builder.script(profile: name, .byName)) != nil
    }
    guard let found else { return "/boot.ipxe" }
    return "/?profile=" + String(decoding: PercentCoding.encodedSegment(found), as: UTF8.self)
  }

  /// A start must not take long for the sake of an example.
  private static let maxTried = 20

  private static func profiles(in root: DataRoot) -> [[UInt8]] {
    guard let path = RelativePath("profiles".utf8),
      let opened = try? root.open(path, waiting: true),
      let entries = try? opened.entries()
    else { return [] }
    let development = Array("development".utf8)
    let names = entries.map(\.name)
      .filter { $0.first != UInt8(ascii: ".") && $0.suffix(5).elementsEqual(".json".utf8) }
      .map { Array($0.dropLast(5)) }
    return names.filter { $0 == development } + names.filter { $0 != development }
  }
}
