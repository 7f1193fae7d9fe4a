// BootServer/Storage: why a batch was not made durable.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

enum CommitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It did not happen.
  case notDone(String)
  /// It may have happened; ``RecordStore/recover()`` tells when that is decided.
  case notKnown(String)

  var description: String {
    switch self {
    case .notDone(let reason): reason
    case .notKnown(let reason): "it is not known whether this happened: \(reason)"
    }
  }
}
