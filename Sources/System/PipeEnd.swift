// System: one end of a pipe.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One end of a pipe; closed early, or with its owner.
final class PipeEnd {
  private(set) var number: CInt

  init(_ number: CInt) { self.number = number }
  deinit { close() }

  var isOpen: Bool { number >= 0 }

  func close() {
    if number >= 0 { _ = Glibc.close(number) }
    number = -1
  }
}
