// TestSupport: tests that are not run here.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Tests that are left out because something lacks, told in one line at the end of the run.
package enum LeftOut {
  private struct State {
    var tests: Set<String> = []
    var needs: Set<String> = []
  }

  private static let state = Locked(State())

  /// - Parameters:
  ///   - test: counted once, however many arguments it has.
  ///   - needs: what lacks, in a few words each.
  package static func note(_ test: String, needs: [String]) {
    let isFirst = state.withLock { state in
      defer {
        state.tests.insert(test)
        state.needs.formUnion(needs)
      }
      return state.tests.isEmpty
    }
    if isFirst { atexit { LeftOut.tell() } }
  }

  private static func tell() {
    let (count, needs) = state.withLock { ($0.tests.count, $0.needs.sorted()) }
    let line =
      "Left out: \(count) tests, for want of: \(needs.joined(separator: ", "))."
      + " To run every test, as root: bash .ci/run\n"
    FileHandle.standardError.write(Data(line.utf8))
  }
}
