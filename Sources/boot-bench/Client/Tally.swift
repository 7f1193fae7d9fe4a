// boot-bench: what a load got.
// SPDX-License-Identifier: Apache-2.0

/// Counts of one run of a ``Load``.
struct Tally: Sendable {
  var seconds = 0.0
  /// Answers that were complete and as expected.
  var answers = 0
  /// Those of them that were 503 where that is as good.
  var held = 0
  /// Body bytes, those of answers that were cut off at the end of the run too.
  var bytes = 0
  var failures = 0
  var firstFailure: String?
  /// Microseconds from request, or connect, to the last byte; in no order.
  var latencies: [Float] = []
  /// Seconds after the start at which each client was through.
  var doneAt: [Float] = []

  var perSecond: Double { Double(answers) / seconds }
  var bytesPerSecond: Double { Double(bytes) / seconds }

  mutating func fail(_ reason: @autoclosure () -> String) {
    failures += 1
    if firstFailure == nil { firstFailure = reason() }
  }
}
