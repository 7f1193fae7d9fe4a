// BootServer/Storage: changes that happen together.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Changes that happen together or not at all.
struct Batch: Sendable {
  var changes: [RecordChange] = []
  /// All tokens of etcd's discovery, where they change.
  var clusters: [String: String]?
  /// For the trail, so that a crash loses no who and why.
  var words: [TrailNote] = []
}
