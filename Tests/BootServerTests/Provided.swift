// BootServerTests: what profiles name, so that machines can boot.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Text

@testable import Boot
@testable import BootServer

/// Puts in place what the profiles of a data directory name: a machine's script is held without it.
enum Provided {
  static func files(of directory: TemporaryDirectory) throws {
    let folder = directory.path + "/profiles"
    let names = (FileManager.default.enumerator(atPath: folder)?.allObjects ?? []).compactMap {
      $0 as? String
    }
    let root = DataRoot(path: directory.path)
    let builder = ScriptBuilder(
      DiskFiles(root: root).files, base: Array("http://h".utf8), reportsByToken: true)
    for name in names where name.hasSuffix(".json") {
      for occasion in [ScriptOccasion.installing, .settled(platform: nil)] {
        var last: String?
        while let lack = (try? builder.script(profile: Array(name.dropLast(5).utf8), occasion))?
          .lack,
          lack != last, let file = lack.firstMatch(of: #/names (\S+), which is not there/#)
        {
          try directory.write(String(file.1), "1")
          last = lack
        }
      }
    }
  }
}
