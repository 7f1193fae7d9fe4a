// BootServerTests: tests that need more than the toolchain.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A reader that a test compares with, which no tool of TestSupport is.
struct Reader: Sendable {
  let package: String
  let isThere: Bool

  static let python = Reader(file: "/usr/bin/python3", "python3 (3.11, for tomllib)")
  static let dash = Reader(file: "/usr/bin/dash", "dash")
  static let bash = Reader(file: "/usr/bin/bash", "bash")
  static let debconf = Reader(file: "/usr/bin/debconf-set-selections", "debconf")
  /// For whichever Python comes first in the path.
  static let pykickstart = Reader(
    package: "pykickstart (of PyPI)",
    isThere: (try? Program.run("/usr/bin/env", ["python3", "-c", "import pykickstart"]))?.status
      == 0)

  private init(package: String, isThere: Bool) {
    self.package = package
    self.isThere = isThere
  }

  private init(file: String, _ package: String) {
    self.init(package: package, isThere: FileManager.default.fileExists(atPath: file))
  }
}

extension Trait where Self == NeedsTrait {
  /// Leaves a test out where a reader is missing.
  static func needs(readers: Reader...) -> Self {
    NeedsTrait(needs: Needs(readers.filter { !$0.isThere }.map(\.package)))
  }
}
