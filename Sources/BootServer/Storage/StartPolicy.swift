// BootServer/Storage: how a start takes what it finds.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// How a start is to take what it finds.
struct StartPolicy: Equatable, Sendable {
  /// `--expect-state`: there are records.
  var expectsState = false
  /// `--fresh-state`: a directory that is empty is so on purpose.
  var isFresh = false

  /// Why a directory is not what it was.
  ///
  /// - Parameters:
  ///   - id: of the directory; `nil` where it says none.
  ///   - batch: the last one that it has.
  ///   - isEmpty: whether it has no record at all.
  func doubt(
    marker: StateMarker?, isReadable: Bool, id: String?, batch: Int, isEmpty: Bool
  ) -> String? {
    if isEmpty, isFresh { return nil }
    if let marker {
      if marker.id != id {
        return isEmpty
          ? "no machine is known, but there were some here; is the right disk mounted?"
          : "the state directory is not the one that was here before"
      }
      if marker.batch > batch {
        return "the state directory is older than it was: it has changes up to \(batch),"
          + " and there were some up to \(marker.batch)"
      }
    } else if isEmpty, !isReadable, id == nil {
      return "no machine is known, and \(StateMarker.fileName) cannot be read"
    }
    if isEmpty, expectsState { return "no machine is known, and --expect-state says there are" }
    return nil
  }
}
