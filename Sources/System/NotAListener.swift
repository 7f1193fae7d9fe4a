// System: a descriptor that is no listening socket.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A descriptor that was passed as a listening socket and is none.
package struct NotAListener: Error {
  /// The descriptor's number, as `LISTEN_FDS` counts them from 3.
  package let number: CInt
}
