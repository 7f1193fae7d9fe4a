// boot-bench: why a run ends early.
// SPDX-License-Identifier: Apache-2.0

import System

/// What went wrong, as one line for whoever runs the benchmark.
struct Failure: Error, CustomStringConvertible, Sendable {
  let description: String

  init(_ description: String) { self.description = description }

  /// A failed system call.
  init(_ action: String, _ error: Errno) { self.init("\(action): \(error)") }
}
