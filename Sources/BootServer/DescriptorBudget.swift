// BootServer: how descriptors are shared out.
// SPDX-License-Identifier: Apache-2.0

/// How the process's descriptors are shared out.
package struct DescriptorBudget: Equatable {
  /// That may be open at once, of all loops.
  package let connections: Int
  /// For files, listeners, the pool and what the system libraries open.
  let reserve: Int

  /// - Parameter limit: descriptors that the process may have (`RLIMIT_NOFILE`).
  package init(limit: Int) {
    reserve = min(1024, max(limit / 4, 60))
    connections = max(1, min(limit, 1 << 20) - reserve)
  }

  /// Open files that one loop may keep.
  func openFiles(loops: Int) -> Int { max(4, (reserve - 48) / (2 * loops)) }
}
