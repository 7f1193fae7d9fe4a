// Boot/Profile: which keys there are.
// SPDX-License-Identifier: Apache-2.0

extension Profile {
  /// Every key, as a file spells it.
  package static let keyNames = ProfileKey.all.map(\.name)

  /// Whether a key holds other keys of profiles; `nil`: there is no such key.
  package static func isKey(_ name: String) -> Bool? {
    guard let key = ProfileKey.named(folded(name)) else { return nil }
    return switch key.target {
    case .install, .platform: true
    case .string, .list, .choice, .preset, .base, .count, .match, .metadata, .arches, .initrd,
      .args, .localBoot, .stallLimits:
      false
    }
  }
}
