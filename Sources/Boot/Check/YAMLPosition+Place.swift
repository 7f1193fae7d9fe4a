// Boot/Check: a place in YAML, as an editor counts.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLPosition {
  /// The same for a person.
  package var place: FilePlace { FilePlace(line: line, column: column) }
}
