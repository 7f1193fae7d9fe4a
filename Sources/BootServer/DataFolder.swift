// BootServer: the folders of a data directory.
// SPDX-License-Identifier: Apache-2.0

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
        case .leaves, .denied: return (folder, Failure.reason(error))
        default: return (folder, "it is served as soon as it is there")
        }
      }
    }
  }

  /// What an example URL asks for: a profile whose script can be made, `development` before others; where there
  /// is none, the script that asks a machine who it is.
  ///
  /// - Parameter reads: waited for.
  static func exampleTarget(in root: DataRoot, _ reads: FileReads) -> String {
    let store = FileStore(root: root, listings: reads.listings)
    for name in profiles(in: root).prefix(maxTried) where canBeMade(name, store, reads) {
      return "/?profile=" + String(decoding: PercentCoding.encodedSegment(name), as: UTF8.self)
    }
    return "/boot.ipxe"
  }

  private static func canBeMade(
    _ profile: [UInt8], _ store: FileStore, _ reads: FileReads
  ) -> Bool {
    var delivered: FileStore.Delivered = [:]
    while delivered.count < 16 {
      var rendering = Rendering(
        store: store, delivered: delivered, base: Array("http://localhost".utf8))
      do throws(Interruption) {
        _ = try rendering.script(profile: profile, .byName, reportsByToken: true)
        return true
      } catch {
        guard case .pending(let file) = error else { return false }
        delivered[file] = reads.perform(file)
      }
    }
    return false
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
