// BootServer/Storage: what the thread that writes the files has to do.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Files of their own kind, and whether they can be added to or must be written anew.
struct FileUpkeep {
  var rewritesTokens: Bool
  var rewritesKnown: Bool
  var rewritesSightings: Bool
  var sightingLines: Int
  /// What `known` said at the start, until it has been compared with the records.
  var known: KnownLog?
  /// Every token that there is a reason to keep, until they have been written anew.
  var tokens: TokenLog?
  /// The last batch of which `known` says that it needs no journal.
  var settled: Int?
  /// Whether a failure was told of.
  var isFailing = false
  var checkpointed = Instant.now

  init(_ contents: StateContents) {
    // Of what was added when the power went, anything may be there.
    let isCrashed = contents.hasJournals
    let isFirst = contents.format == nil
    let count = contents.machines.count + contents.damaged.count
    rewritesKnown =
      isFirst || isCrashed || !contents.known.isWhole
      || contents.known.lineCount > 2 * count + 1000
    rewritesTokens =
      isCrashed || !contents.tokens.isWhole
      || contents.tokens.lineCount > 2 * count + 1000
    sightingLines = contents.sightingLines
    rewritesSightings = isCrashed || sightingLines > 2 * contents.sightings.count
    known = rewritesKnown ? nil : contents.known
    tokens = rewritesTokens ? contents.tokens : nil
    settled = contents.known.settled
  }
}
