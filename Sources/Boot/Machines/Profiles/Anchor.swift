// Boot/Machines/Profiles: what a match is looked up by.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A value of one key that an index of profiles has.
enum Anchor: Hashable, Sendable {
  case exact(MatchRule.Key, String)
  case prefix(MatchRule.Key, String)
  case network(IPNetwork)
}
