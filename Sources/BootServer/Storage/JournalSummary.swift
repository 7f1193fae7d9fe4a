// BootServer/Storage: how the journal stands.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What is to be known of the journal without waiting for it.
struct JournalSummary {
  /// The last batch that has happened.
  var batch = 0
  /// The number that the next one gets.
  var next = 1
  var bytes = 0
  /// Journals wait to be let go.
  var isSealed = false
  var undecided: JournalWriter.Undecided?
}
