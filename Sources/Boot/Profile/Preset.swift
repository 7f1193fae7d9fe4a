// Boot/Profile: the operating systems whose way of booting is known.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A built-in profile that others stand on by `os`; all are in `Presets/presets.json`.
///
/// There is nothing in one that a profile of a user's own could not say.
package struct Preset: Sendable {
  /// As `os` names it.
  package let name: String
  /// Its keys; it stands on no other, so a `base` is resolved here.
  package let members: [JSON.Member]

  /// Every preset, in the order of the file.
  package static let all = read(PackageResources.presets_json)

  /// - Returns: `nil` where no preset has the name.
  package static func named(_ name: String) -> Preset? { all.first { $0.name == name } }

  /// What a person most likely meant by a name that no preset has.
  static func nearest(to name: String) -> String? { Nearest.name(to: name, in: all.map(\.name)) }

  /// A file that cannot be read gives no presets: a test sees to it that it can.
  private static func read(_ bytes: [UInt8]) -> [Preset] {
    guard case .object(let presets)? = try? JSONReader.read(bytes) else { return [] }
    var read: [Preset] = []
    for preset in presets {
      guard case .object(var members) = preset.value else { continue }
      if case .string(let base)? = members.first(where: { $0.name == "base" })?.value {
        let own = members.filter { $0.name != "base" }
        let inherited = read.first { $0.name == base }?.members ?? []
        members = inherited.filter { other in !own.contains { $0.name == other.name } } + own
      }
      read.append(Preset(name: preset.name, members: members))
    }
    return read
  }
}
