// Boot/Images: where a channel's link may point.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is kept of a channel beside its link (`stable -> 1298.6.0`).
package struct ImageChannel: Equatable, Sendable {
  /// More is not kept.
  package static let maxHistory = 50

  /// The version that it stays at; `nil`: it follows upstream.
  package var pinned: ImageVersion?
  /// The version that it was rolled back from; it stays away from that and those below.
  package var skipped: ImageVersion?
  /// The versions that its link pointed at, the last one is where it points.
  package var history: [ImageVersion] = []

  /// Why the last try to follow it came to nothing; `nil`: it did not.
  package var failure: Failure?

  /// A try that came to nothing.
  package struct Failure: Equatable, Sendable {
    /// When it ended.
    package let time: Timestamp
    /// One sentence.
    package let error: String

    /// - Parameter error: one sentence; what it has beyond ``maxError`` bytes is cut off.
    package init(time: Timestamp, error: String) {
      self.time = time
      self.error = String(decoding: error.utf8.prefix(Self.maxError), as: UTF8.self)
    }

    private static let maxError = 2000
  }

  /// A channel that never pointed anywhere.
  package init() {}

  /// Whether a fetched version becomes the one that the link points at.
  package enum Move: Equatable, Sendable {
    case swings
    case stays(Reason)
  }

  /// Why a link stays; `description` is a sentence.
  package enum Reason: Equatable, Sendable, CustomStringConvertible {
    case same(ImageVersion)
    case pinned(ImageVersion)
    case lower(ImageVersion, than: ImageVersion)
    case rolledBack(ImageVersion, from: ImageVersion)

    /// One sentence that says what to do.
    package var description: String {
      switch self {
      case .same(let version): "it points at \(version) already"
      case .pinned(let version): "it is pinned to \(version); images unpin lets it follow again"
      case .lower(let version, let current):
        "\(version) is lower than \(current), where it points; --allow-older moves it all the same"
      case .rolledBack(let version, let from):
        "it was rolled back from \(from), and \(version) is not newer; --allow-older moves it all the same"
      }
    }
  }

  /// May the link move?
  ///
  /// - Parameters:
  ///   - current: where it points; `nil`: nowhere yet.
  ///   - allowOlder: a person said so.
  package func move(from current: ImageVersion?, to version: ImageVersion, allowOlder: Bool = false)
    -> Move
  {
    if let pinned { return .stays(.pinned(pinned)) }
    if version == current { return .stays(.same(version)) }
    if allowOlder { return .swings }
    if let skipped, version <= skipped { return .stays(.rolledBack(version, from: skipped)) }
    if let current, version < current { return .stays(.lower(version, than: current)) }
    return .swings
  }

  /// The link points at another version now.
  package mutating func swung(to version: ImageVersion) {
    if history.last != version { history.append(version) }
    history.removeFirst(max(history.count - Self.maxHistory, 0))
    if let skipped, version >= skipped { self.skipped = nil }
  }

  /// Goes one step further back.
  ///
  /// - Parameters:
  ///   - current: where the link points.
  ///   - isThere: whether a version is still on disk.
  /// - Returns: where the link has to point.
  package mutating func rollBack(
    from current: ImageVersion, isThere: (ImageVersion) -> Bool
  ) throws(ChannelError) -> ImageVersion {
    if let pinned { throw .pinned(pinned) }
    var earlier = history
    if let index = earlier.lastIndex(of: current) { earlier.removeSubrange(index...) }
    guard let index = earlier.lastIndex(where: { $0 != current && isThere($0) }) else {
      throw .nothingEarlier(current)
    }
    history = Array(earlier[...index])
    skipped = max(skipped ?? current, current)
    return earlier[index]
  }

  /// Stays at a version, whatever upstream has; the link has to point at it.
  package mutating func pin(_ version: ImageVersion) {
    pinned = version
    swung(to: version)
  }

  /// Follows upstream again.
  package mutating func unpin() throws(ChannelError) {
    guard pinned != nil else { throw .notPinned }
    pinned = nil
  }

  /// The versions that must stay on disk for it.
  package func isNamed(_ version: ImageVersion, current: ImageVersion?) -> Bool {
    version == pinned || version == current
  }
}

/// Why a channel cannot be changed; one sentence without the channel's name.
package enum ChannelError: Error, Equatable, Sendable, CustomStringConvertible {
  case pinned(ImageVersion)
  case notPinned
  case nothingEarlier(ImageVersion)
  /// `prune --keep 0`.
  case keepsNothing

  /// One sentence that says what to do.
  package var description: String {
    switch self {
    case .pinned(let version): "it is pinned to \(version); say images unpin first"
    case .notPinned: "it is not pinned"
    case .nothingEarlier(let version):
      "no version that it had before \(version) is on disk; fetch one, and pin the channel to it"
    case .keepsNothing: "--keep must be 1 or more; images remove takes a version away"
    }
  }
}
