// HTTP/Message: what happens on the wire.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Event.Name {
  /// An answer that nobody named.
  package static let answer = Event.Name("answer")
  /// A file, or why there is none.
  package static let file = Event.Name("file")
  /// A directory's names.
  package static let listing = Event.Name("listing")
  /// To the path that the original would have sent to.
  package static let redirect = Event.Name("redirect")
  /// A message that cannot be taken, or no room for it.
  package static let refused = Event.Name("refused")
  /// What was asked for changed at each look.
  static let unsettled = Event.Name("unsettled")
}
