// HTTP/Files: what a look-up in the data directory ends with.
// SPDX-License-Identifier: Apache-2.0

import System

/// What a look-up in the data directory ends with.
package enum Lookup<Value> {
  case found(Value)
  case failed(OpenFailure)
  /// Ask again when this has come.
  case pending(PendingFile)
}
