// BootServerTests: tests that need more than the toolchain.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test where a tool is missing, and says which Debian package has it.
  static func needs(_ tools: Tool..., root: Bool = false) -> Self {
    let needs = Needs(tools, root: root)
    return .enabled(if: needs.areMet, Comment(rawValue: needs.text))
  }
}
