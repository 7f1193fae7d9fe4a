// boot-bench: what a send or a receive came to.
// SPDX-License-Identifier: Apache-2.0

import System

/// What came of one send or receive.
enum Transfer {
  case bytes(Int)
  case wouldBlock
  /// The peer has said all it will say.
  case end
  case failed(Errno)

  init(_ call: () throws(Errno) -> Int) {
    do throws(Errno) {
      let count = try call()
      self = count > 0 ? .bytes(count) : .end
    } catch {
      self = error == .wouldBlock || error == .inProgress ? .wouldBlock : .failed(error)
    }
  }
}
