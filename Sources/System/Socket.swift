// System: stream sockets.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// A connected stream socket, shared by an event loop and a thread that sends for it.
package final class Socket: Sendable {
  /// The connection; not blocking.
  package let descriptor: FileDescriptor
  private let aborted = Atomic(false)

  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Receives into `buffer` from `start` on, as much as there is and fits.
  ///
  /// - Returns: how many bytes; 0 when the peer has said all it will say.
  package func receive(
    into buffer: inout [UInt8], at start: Int = 0, limit: Int = .max
  ) throws(Errno) -> Int {
    let number = descriptor.number
    return try retrying { () -> Int in
      unsafe buffer.withUnsafeMutableBytes { bytes in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
        return unsafe recv(number, room.baseAddress, min(room.count, limit), 0)
      }
    }
  }

  /// Receives at most `limit` bytes into nothing, which spares the copy.
  ///
  /// - Returns: as ``receive(into:at:limit:)``.
  package func discard(limit: Int) throws(Errno) -> Int {
    let number = descriptor.number
    return try retrying { recv(number, nil, limit, CInt(MSG_TRUNC)) }
  }

  /// Waits until there is something to read, or room to write.
  ///
  /// - Returns: `false` when there was neither for so long.
  package func wait(for interest: Epoll.Interest, milliseconds: Int) -> Bool {
    let events = interest == .write ? POLLOUT : POLLIN
    var entry = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
    return unsafe poll(&entry, 1, CInt(milliseconds)) > 0
  }

  /// Sends what the socket takes of `bytes[range]`.
  ///
  /// - Parameter more: more follows at once, so a short packet may wait for it.
  package func send(
    _ bytes: [UInt8], _ range: Range<Int>, more: Bool = false
  ) throws(Errno) -> Int {
    let number = descriptor.number
    let flags = CInt(MSG_NOSIGNAL | (more ? MSG_MORE : 0))
    return try retrying { () -> Int in
      unsafe bytes.withUnsafeBytes { buffer in
        let piece = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
        return unsafe Glibc.send(number, piece.baseAddress, piece.count, flags)
      }
    }
  }

  /// Sends file bytes without copying them.
  ///
  /// - Returns: how many went out; 0 when the file ends before `offset`.
  package func send(
    file: borrowing FileDescriptor, at offset: Int64, count: Int
  ) throws(Errno) -> Int {
    let (target, source) = (descriptor.number, file.number)
    return try retrying { () -> Int in
      var position = off_t(offset)
      return unsafe sendfile(target, source, &position, count)
    }
  }

  /// Tells the peer that nothing more comes; what it still sends can be read.
  package func endSending() { _ = shutdown(descriptor.number, CInt(SHUT_WR)) }

  /// Ends both directions at once, also for a thread that is sending.
  package func abort() {
    aborted.store(true, ordering: .relaxed)
    _ = shutdown(descriptor.number, CInt(SHUT_RDWR))
  }

  /// Whether ``abort()`` was called.
  package var isAborted: Bool { aborted.load(ordering: .relaxed) }

  /// Bytes that were sent and that the peer has not acknowledged.
  package var unsentBytes: Int { Int(clinux_unsent_bytes(descriptor.number)) }

  /// Bytes that were written and have not gone onto the wire yet.
  package var queuedBytes: Int { Int(clinux_queued_bytes(descriptor.number)) }

  /// Where the peer connected to.
  package var localAddress: SocketAddress {
    Listener.address(of: descriptor.number)
  }
}
