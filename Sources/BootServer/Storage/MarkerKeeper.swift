// BootServer/Storage: what is written of the marker.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// What of the marker is known.
struct MarkerKeeper {
  /// The highest number it was given.
  var batch = 0
  /// That it cannot be written was said.
  var isSaid = false
}
