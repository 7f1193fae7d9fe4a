// Boot/Check: where in a YAML text something stands, for a person.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLPosition {
  /// The same for a person.
  package var place: FilePlace { FilePlace(line: line, column: column) }
}
