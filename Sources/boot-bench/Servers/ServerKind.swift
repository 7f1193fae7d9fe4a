// boot-bench: the servers that can be measured.
// SPDX-License-Identifier: Apache-2.0

/// The servers that can be measured.
enum ServerKind: Equatable, Sendable {
  case ours
  case nginx
  /// Runs already, and is left alone.
  case running(Address)
}
