// System: the kernel's random bytes.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Text

/// Random bytes of the kernel's.
package enum Random {
  /// Twice as many hexadecimal digits, in lower case.
  package static func hex(bytes count: Int) -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = unsafe bytes.withUnsafeMutableBytes {
        unsafe clinux_random($0.baseAddress! + filled, count - filled)
      }
      if got > 0 { filled += got }
    }
    return Hex.text(bytes)
  }
}
