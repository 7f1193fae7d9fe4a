// BootServer/Explain: the profiles, for whoever explains.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Profiles as they are on the disk; each is read again only where it has changed, and all only where that is
/// needed.
final class SharedProfiles: Sendable {
  private let catalogue: Mutex<ProfileCatalogue>

  init(root: DataRoot) { catalogue = Mutex(ProfileCatalogue(root: root)) }

  /// Looks at every profile: a thread of a pool does that, never a loop.
  var current: ProfileIndex { index(for: .all, own: nil) }

  /// Looks at the profiles that a job needs.
  ///
  /// - Parameter own: the profile of the job's machine.
  func index(for needs: MachineJob.Profiles, own: String?) -> ProfileIndex {
    catalogue.withLock { catalogue in
      _ = catalogue.update(needs, own: own)
      return catalogue.index
    }
  }
}
