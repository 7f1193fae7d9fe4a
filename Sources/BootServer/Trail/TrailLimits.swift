// BootServer/Trail: how much and how often.
// SPDX-License-Identifier: Apache-2.0

/// What bounds the trail; a test has its own.
struct TrailLimits: Sendable {
  /// Looked up in `PATH`.
  var program = "git"
  /// One git may take.
  var seconds = 300
  /// Changes that may wait, and their bytes.
  var notes = 10_000
  var bytes = 16 << 20
  /// Changes that one git gets, at least where more wait.
  var batch = 2_000
  /// Git takes a processor for a while, which a server that starts has better use for.
  var startMilliseconds = 500
  /// From one git to the next, while changes keep coming: together they are cheaper and smaller.
  var paceMilliseconds = 1000
  /// The pause after failures: one unit, two, four, up to sixty-four.
  var pauseMilliseconds = 1000
  /// With more packs than these the small ones become one.
  var packs = 50
  /// A `stop()` waits this long at most.
  var stopSeconds = 10
}
