// BootServer/Images: how patient downloads are, and how many at once.
// SPDX-License-Identifier: Apache-2.0

import System

/// How patient downloads are, and how much they take.
package struct DownloadPolicy: Sendable {
  /// Files that are fetched at once.
  package var connections = 4
  /// So long without a byte is a hang.
  package var idleSeconds = 30
  /// How often a redirect is followed.
  package var redirects = 5
  /// Milliseconds before each further try of what may work a little later.
  package var pauses = [1000, 4000, 15000]
  /// The longest pause that an upstream may ask for (`Retry-After`).
  package var longestPauseSeconds = 60
  /// Bytes that a text may have.
  package var textLimit: Int64 = 8 << 20
  /// For all downloads together; `nil` is as fast as it goes.
  package var rate: RateLimit?
  /// How often somebody is asked whether it is still wanted, at least.
  var askMilliseconds = 250

  /// What the command line has no words about.
  package init() {}

  /// Milliseconds to wait before the next try.
  ///
  /// - Parameter failed: how many tries have failed: 1 at least.
  /// - Returns: `nil` where there is no next try.
  func pause(after error: DownloadError, failed: Int) -> Int? {
    guard error.isTransient, failed <= pauses.count else { return nil }
    guard case .answered(_, _, _, let wanted?) = error else { return pauses[failed - 1] }
    return max(pauses[failed - 1], min(wanted, longestPauseSeconds) * 1000)
  }
}
