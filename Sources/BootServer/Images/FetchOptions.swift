// BootServer/Images: how a fetch is to go.
// SPDX-License-Identifier: Apache-2.0

/// How a fetch is to go.
struct FetchOptions {
  /// Whether what upstream does not sign is taken, too.
  var takesUnsigned = false
  /// Whether a channel may move to a lower version.
  var allowsOlder = false
  var diskImages = false
  /// Nothing is fetched but what says how much that would be.
  var isDryRun = false
  /// In place of `images/keys/`.
  var keyring: String?
  /// The words of the command line, as the manifest keeps them.
  var command = ""
  /// Seconds since 1970.
  var now = 0
}
