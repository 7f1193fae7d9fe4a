// BootServer/Images: the channels of a data directory.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What became of a channel.
struct ChannelMove {
  /// For a person.
  let sentence: String
}

/// The channels of a data directory.
struct ImageChannels {
  private let shelf: ImageShelf
  init(_ shelf: ImageShelf) { self.shelf = shelf }
  /// Versions that a channel is pinned to, as `images/OS/ARCH/VERSION`.
  var pins: Set<String> { [] }
}

extension ImageShelf {
  func move(
    _ channel: String, to version: ImageVersion, at place: VersionPlace, allowsOlder: Bool
  ) throws(CommandError) -> ChannelMove {
    try saying { () throws(StagingError) in try images().setChannel(channel, to: place) }
    return ChannelMove(sentence: "\(channel) is \(version) now")
  }
}

extension ImagesCommand {
  static func rollback(_ arguments: Arguments) throws(CommandError) -> ExitCode { .done }
  static func pin(_ arguments: Arguments) throws(CommandError) -> ExitCode { .done }
  static func unpin(_ arguments: Arguments) throws(CommandError) -> ExitCode { .done }
}
