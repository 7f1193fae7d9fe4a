// TestSupport: files of the repository.
// SPDX-License-Identifier: Apache-2.0

import Foundation

package enum Repository {
  /// The repository's root.
  package static let root: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  package static func text(_ name: String) throws -> String {
    try String(contentsOfFile: root + "/" + name, encoding: .utf8)
  }
}
