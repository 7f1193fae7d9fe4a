// BootServer/Trail: machines that are in the trail.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Which machines have a record in git: one without a profile gets there with its first, and the
/// removal of one that never was there is not noted.
struct TrailMembers {
  private var ids: Set<MachineID>

  init(_ ids: Set<MachineID>) { self.ids = ids }

  /// Follows who is in the trail.
  ///
  /// - Returns: whether it is to become a commit.
  mutating func admits(_ note: TrailNote) -> Bool {
    guard let id = note.id else { return true }
    if note.content == .removed { return ids.remove(id) != nil }
    if note.isStranger { return ids.contains(id) }
    ids.insert(id)
    return true
  }
}
