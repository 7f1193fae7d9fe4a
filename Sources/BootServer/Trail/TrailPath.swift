// BootServer/Trail: names in the trail's tree.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Where things are in git; on disk all records lie in one folder.
///
/// A commit writes the list of each folder anew that has a change in it, so many small ones are cheap.
enum TrailPath {
  static let clusters = "clusters.json"

  /// `machines/XX/ID.json`, XX the ID's last two characters.
  static func record(_ id: MachineID) -> String {
    "machines/\(id.description.suffix(2))/\(id).json"
  }

  /// As the version before had it.
  static func flat(_ id: MachineID) -> String { "machines/\(id).json" }

  enum Kind: Equatable {
    case record(MachineID)
    case flat(MachineID)
    case clusters
    /// Not ours.
    case other
  }

  static func kind(_ path: String) -> Kind {
    if path == clusters { return .clusters }
    guard path.hasPrefix("machines/"), path.hasSuffix(".json") else { return .other }
    let stem = path.dropFirst("machines/".count).dropLast(".json".count)
    if let id = MachineID(stem) { return .flat(id) }
    if let slash = stem.firstIndex(of: "/"), let id = MachineID(stem[stem.index(after: slash)...]),
      record(id) == path
    {
      return .record(id)
    }
    return .other
  }
}
