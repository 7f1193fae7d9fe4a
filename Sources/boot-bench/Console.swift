// boot-bench: what is said to whoever runs it.
// SPDX-License-Identifier: Apache-2.0

import System

enum Console {
  static func print(_ line: String) { Process.writeToOutput(line + "\n") }

  static func complain(_ line: String) {
    _ = try? StandardStream.writeToError(Array("boot-bench: \(line)\n".utf8), from: 0)
  }
}
