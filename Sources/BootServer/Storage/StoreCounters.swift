// BootServer/Storage: what a store has done.
// SPDX-License-Identifier: Apache-2.0

import System

/// From the start on.
struct StoreCounters: Equatable, Sendable {
  var batches = 0
  var changes = 0
  var bytes = 0
  var refused = 0
  var notKnown = 0
  var flushMicroseconds = 0
  /// Files that were written, and that were flushed.
  var written = 0
  var flushed = 0
  var checkpoints = 0
  /// Writes and flushes of the files that failed.
  var failures = 0
  /// Of the change that waits longest for its files to be flushed; 0: none does.
  var oldestUnflushedSeconds = 0
}
