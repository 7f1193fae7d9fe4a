// BootServer/Images: how a fetch is to go.
// SPDX-License-Identifier: Apache-2.0

/// How a fetch is to go.
struct FetchOptions {
  /// Whether what upstream does not sign is taken, too.
  var takesUnsigned = false
  /// Whether a channel may move to a lower version.
  var allowsOlder = false
  var diskImages = false
  /// Whether what is there is read again, and brought anew where it is not what it was.
  var again = false
  /// Nothing is fetched but what says how much that would be.
  var isDryRun = false
  /// In place of `images/keys/`.
  var keyring: String?
  /// The words of the command line, as the manifest keeps them.
  var command = ""
  /// Seconds since 1970.
  var now = 0

  /// Whether a command, as a manifest keeps it, brought what installers ask for.
  static func bringsDiskImages(_ command: String) -> Bool {
    command.split(separator: " ").contains { $0 == Option.diskImages.flag }
  }
}
