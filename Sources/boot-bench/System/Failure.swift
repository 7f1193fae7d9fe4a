// boot-bench: why a run ends early.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What went wrong, as one line for whoever runs the benchmark.
struct Failure: Error, CustomStringConvertible, Sendable {
  let description: String

  init(_ description: String) { self.description = description }

  /// A failed system call; read straight after it, for the next call changes `errno`.
  static func system(_ action: String, _ code: CInt = errno) -> Failure {
    Failure("\(action): \(text(of: code))")
  }

  static func text(of code: CInt) -> String {
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words)
  }
}
