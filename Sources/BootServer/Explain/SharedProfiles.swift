// BootServer/Explain: the profiles, for whoever explains.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// All profiles as they are on the disk; each is read again only where it has changed.
final class SharedProfiles: Sendable {
  private let catalogue: Mutex<ProfileCatalogue>

  init(root: DataRoot) { catalogue = Mutex(ProfileCatalogue(root: root)) }

  /// Looks at every profile: a thread of a pool does that, never a loop.
  var current: ProfileIndex {
    catalogue.withLock { catalogue in
      _ = catalogue.walk()
      return catalogue.index
    }
  }
}
