// System: the error a system call ends with.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A system call's error number.
///
/// `description` is the C library's own words, as in `No such file or directory`.
package struct Errno: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
  /// As errno(3) numbers them on Linux.
  package let number: CInt

  /// - Parameter number: not 0.
  package init(_ number: CInt) { self.number = number }

  /// What the last failed call of this thread left behind.
  package static var last: Errno { Errno(errno) }

  /// EAGAIN: it would have to wait.
  package static let wouldBlock = Errno(EAGAIN)
  /// EINTR: a signal came; ``retrying(_:)`` asks again.
  package static let interrupted = Errno(EINTR)
  /// ENOENT: there is no such name.
  package static let noEntry = Errno(ENOENT)
  /// EEXIST: the name is taken.
  package static let fileExists = Errno(EEXIST)
  /// ENOTDIR: a part of the path is no directory.
  package static let notADirectory = Errno(ENOTDIR)
  /// EISDIR: it is a directory.
  package static let isADirectory = Errno(EISDIR)
  /// EXDEV: another file system; of openat2(2): the path leads out of the root.
  package static let crossDevice = Errno(EXDEV)
  /// ELOOP: links that never end, or a link where none may be.
  package static let tooManyLinks = Errno(ELOOP)
  /// ENAMETOOLONG: more than 255 bytes in a name, or 4,095 in a path.
  package static let nameTooLong = Errno(ENAMETOOLONG)
  /// ENOSYS: this kernel has no such call.
  package static let noSystemCall = Errno(ENOSYS)
  /// EPERM: never allowed to us; a container's filter says it, too.
  package static let notPermitted = Errno(EPERM)
  /// EROFS: the file system takes no writes.
  package static let readOnlyFileSystem = Errno(EROFS)
  /// EACCES: the file's mode or owner forbids it.
  package static let accessDenied = Errno(EACCES)
  /// EMFILE: this process has as many descriptors as it may.
  package static let tooManyOpen = Errno(EMFILE)
  /// ENFILE: the machine has as many as it can.
  package static let tooManyOpenInSystem = Errno(ENFILE)
  /// ENOMEM: no memory.
  package static let noMemory = Errno(ENOMEM)
  /// ENOBUFS: no memory for the network.
  package static let noBuffers = Errno(ENOBUFS)
  /// EADDRINUSE: another server listens there.
  package static let addressInUse = Errno(EADDRINUSE)
  /// ECONNABORTED: a client left before it was accepted.
  package static let connectionAborted = Errno(ECONNABORTED)
  /// EOPNOTSUPP: this kind of file cannot do that.
  package static let notSupported = Errno(EOPNOTSUPP)
  /// EINVAL: the call makes no sense here.
  package static let invalid = Errno(EINVAL)
  /// EFBIG: larger than a file may be.
  package static let tooBig = Errno(EFBIG)
  /// ENOSPC: the disk is full.
  package static let noSpace = Errno(ENOSPC)
  /// EDQUOT: this user may keep no more there.
  package static let overQuota = Errno(EDQUOT)
  /// EINPROGRESS: a connection is being made.
  package static let inProgress = Errno(EINPROGRESS)
  /// ETIMEDOUT: nobody answered.
  package static let timedOut = Errno(ETIMEDOUT)
  /// EPIPE: the peer has gone.
  package static let brokenPipe = Errno(EPIPE)
  /// EAFNOSUPPORT: no IPv6 here, most likely.
  package static let addressFamilyUnsupported = Errno(EAFNOSUPPORT)

  /// Whether this user, or anyone, may not write there.
  package var isReadOnly: Bool { [EROFS, EACCES, EPERM].contains(number) }

  /// Whether the process or the system has run out of descriptors or memory.
  package var isExhaustion: Bool {
    self == .tooManyOpen || self == .tooManyOpenInSystem || self == .noMemory || self == .noBuffers
  }

  /// As strerror(3) says it: `No such file or directory`.
  package var description: String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
