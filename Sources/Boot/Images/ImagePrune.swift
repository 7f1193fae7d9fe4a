// Boot/Images: which versions nobody needs.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A version of an operating system for one processor, on disk.
package struct ImageSet: Hashable, Sendable {
  /// The preset's name.
  package let os: String
  /// Upstream's word.
  package let arch: String
  /// As its folder is called.
  package let version: ImageVersion

  /// A folder that has images.
  package init(os: String, arch: String, version: ImageVersion) {
    (self.os, self.arch, self.version) = (os, arch, version)
  }

  /// Those that `prune --keep N` takes, sorted.
  ///
  /// Of each operating system and processor the newest stay, and beside them what is in use.
  ///
  /// - Parameters:
  ///   - keep: at least 1.
  ///   - isUsed: whether a profile, a channel, a machine or a pin names it.
  package static func pruned(
    _ sets: [ImageSet], keep: Int, isUsed: (ImageSet) -> Bool
  ) throws(ChannelError) -> [ImageSet] {
    guard keep > 0 else { throw .keepsNothing }
    struct Place: Hashable {
      let os: String
      let arch: String
    }
    let places = Dictionary(grouping: Set(sets)) { Place(os: $0.os, arch: $0.arch) }
    let old = places.values.flatMap { sets in
      sets.sorted { $0.version > $1.version }.dropFirst(keep)
    }
    return old.filter { !isUsed($0) }.sorted {
      ($0.os, $0.arch) == ($1.os, $1.arch)
        ? $0.version < $1.version : ($0.os, $0.arch) < ($1.os, $1.arch)
    }
  }
}
