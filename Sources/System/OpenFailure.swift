// System: why a file is not to be had.
// SPDX-License-Identifier: Apache-2.0

/// Why a file beneath the root is not to be had.
package enum OpenFailure: Error, Equatable, Sendable {
  /// No such name.
  case missing
  /// A link on the way points outside the root.
  case leaves(link: String, target: String)
  /// A FIFO, a socket or a device: never opened.
  case special
  case denied
  /// Out of descriptors or memory: later it may work.
  case exhausted(Errno)
  /// To find out, a disk would have to be waited for.
  case wouldBlock
  case failed(Errno)

  /// What a failed `open` means for who asks.
  package init(_ error: Errno) {
    self =
      switch error {
      case .noEntry, .notADirectory, .tooManyLinks, .nameTooLong: .missing
      case .accessDenied, .notPermitted: .denied
      case .wouldBlock: .wouldBlock
      case _ where error.isExhaustion: .exhausted(error)
      default: .failed(error)
      }
  }
}
