// System: the error a system call ends with.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A system call's error number.
///
/// `description` is the C library's own words, as in `No such file or directory`.
package struct Errno: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
  package let number: CInt

  package init(_ number: CInt) { self.number = number }

  /// What the last failed call of this thread left behind.
  package static var last: Errno { Errno(errno) }

  package static let wouldBlock = Errno(EAGAIN)
  package static let interrupted = Errno(EINTR)
  package static let noEntry = Errno(ENOENT)
  package static let fileExists = Errno(EEXIST)
  package static let notADirectory = Errno(ENOTDIR)
  package static let isADirectory = Errno(EISDIR)
  package static let crossDevice = Errno(EXDEV)
  package static let tooManyLinks = Errno(ELOOP)
  package static let nameTooLong = Errno(ENAMETOOLONG)
  package static let noSystemCall = Errno(ENOSYS)
  package static let notPermitted = Errno(EPERM)
  package static let readOnlyFileSystem = Errno(EROFS)
  package static let accessDenied = Errno(EACCES)
  package static let tooManyOpen = Errno(EMFILE)
  package static let tooManyOpenInSystem = Errno(ENFILE)
  package static let noMemory = Errno(ENOMEM)
  package static let noBuffers = Errno(ENOBUFS)
  package static let addressInUse = Errno(EADDRINUSE)
  package static let connectionAborted = Errno(ECONNABORTED)
  package static let notSupported = Errno(EOPNOTSUPP)
  package static let invalid = Errno(EINVAL)
  package static let tooBig = Errno(EFBIG)
  package static let inProgress = Errno(EINPROGRESS)
  package static let timedOut = Errno(ETIMEDOUT)
  package static let brokenPipe = Errno(EPIPE)
  package static let addressFamilyUnsupported = Errno(EAFNOSUPPORT)

  /// Whether this user, or anyone, may not write there.
  package var isReadOnly: Bool { [EROFS, EACCES, EPERM].contains(number) }

  /// Whether the process or the system has run out of descriptors or memory.
  package var isExhaustion: Bool {
    self == .tooManyOpen || self == .tooManyOpenInSystem || self == .noMemory || self == .noBuffers
  }

  package var description: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
