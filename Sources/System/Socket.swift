// System: stream sockets.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Synchronization

/// A connected stream socket, shared by an event loop and a thread that sends for it.
package final class Socket: Sendable {
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

  package var isAborted: Bool { aborted.load(ordering: .relaxed) }

  /// Bytes that were sent and that the peer has not acknowledged.
  package var unsentBytes: Int { Int(clinux_unsent_bytes(descriptor.number)) }

  package var localAddress: SocketAddress {
    Listener.address(of: descriptor.number)
  }
}

/// A listening socket.
package struct Listener: ~Copyable, Sendable {
  package let descriptor: FileDescriptor

  package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

  /// Binds and listens on one address, once for each of `count` threads.
  ///
  /// The first socket is bound without `SO_REUSEPORT`, so a port that anyone has is refused,
  /// even one of another server of ours; only then the option is set and the others join it.
  ///
  /// - Parameter bothFamilies: an IPv6 socket takes IPv4 clients too.
  /// - Throws: ``Errno/addressInUse`` and what else bind(2) and listen(2) say.
  package static func group(
    _ address: SocketAddress, bothFamilies: Bool, count: Int
  ) throws(Errno) -> [SharedListener] {
    let first = try bound(address, bothFamilies: bothFamilies, reusePort: false)
    // Listening first: two that are only bound do not see each other (SO_REUSEADDR).
    try listen(first.number)
    try set(first.number, SOL_SOCKET, SO_REUSEPORT, 1)
    let actual = self.address(of: first.number)
    var group = [SharedListener(Listener(first))]
    var again = address
    again.port = actual.port
    for _ in 1..<max(count, 1) {
      let next = try bound(again, bothFamilies: bothFamilies, reusePort: true)
      try listen(next.number)
      group.append(SharedListener(Listener(next)))
    }
    return group
  }

  /// The next waiting connection, non-blocking and closed on exec.
  ///
  /// - Throws: ``Errno/wouldBlock`` when there is none.
  package func accept() throws(Errno) -> (Socket, SocketAddress) {
    var storage = sockaddr_storage()
    let number = descriptor.number
    let flags = CInt(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let accepted = try retrying { () -> CInt in
      unsafe withUnsafeMutablePointer(to: &storage) {
        unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
          return unsafe clinux_accept4(number, $0, &length, flags)
        }
      }
    }
    let peer =
      CInt(storage.ss_family) == AF_UNIX
      ? SocketAddress(host: .local(user: clinux_peer_user(accepted)), port: 0)
      : SocketAddress(storage)
    return (Socket(FileDescriptor(owning: accepted)), peer)
  }

  package var localAddress: SocketAddress { Self.address(of: descriptor.number) }

  private static func bound(
    _ address: SocketAddress, bothFamilies: Bool, reusePort: Bool
  ) throws(Errno) -> FileDescriptor {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    try set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    if reusePort { try set(number, SOL_SOCKET, SO_REUSEPORT, 1) }
    if address.isIPv6 { try set(number, CInt(IPPROTO_IPV6), IPV6_V6ONLY, bothFamilies ? 0 : 1) }
    // Connections inherit it.
    try set(number, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
    _ = try retrying { unsafe address.withRaw { unsafe bind(number, $0, $1) } }
    return descriptor
  }

  private static func listen(_ number: CInt) throws(Errno) {
    _ = try retrying { Glibc.listen(number, 4096) }
  }

  static func set(
    _ number: CInt, _ level: CInt, _ option: CInt, _ value: CInt
  ) throws(Errno) {
    var value = value
    _ = try retrying {
      unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  static func address(of number: CInt) -> SocketAddress {
    var storage = sockaddr_storage()
    unsafe withUnsafeMutablePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe getsockname(number, $0, &length)
      }
    }
    return SocketAddress(storage)
  }
}

extension Listener {
  /// Whether a descriptor is a listening stream socket.
  static func isListener(_ number: CInt) -> Bool {
    func option(_ name: CInt) -> CInt? {
      var value: CInt = 0
      var length = socklen_t(MemoryLayout<CInt>.size)
      return unsafe getsockopt(number, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    return option(SO_TYPE) == CInt(SOCK_STREAM.rawValue) && option(SO_ACCEPTCONN) == 1
  }
}

/// A listener that can be kept in an array and shared by loops.
package final class SharedListener: Sendable {
  package let listener: Listener
  /// Whether only the owner of this process can reach it.
  package let isTrusted: Bool

  package init(_ listener: consuming Listener, isTrusted: Bool = false) {
    self.listener = listener
    self.isTrusted = isTrusted
  }
}

extension Listener {
  /// Listens on a Unix socket of mode 0600, in place of one that nobody serves any more.
  ///
  /// - Throws: ``Errno/nameTooLong`` where the path has more than 107 bytes.
  package static func local(_ path: String) throws(Errno) -> SharedListener {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
    let number = descriptor.number
    // The mode of the socket becomes that of its name: nobody can connect in between.
    _ = try retrying { fchmod(number, 0o600) }
    unsafe unlink(path)
    try unsafe withUnixAddress(Array(path.utf8)) { (address, length) throws(Errno) in
      _ = try retrying { unsafe bind(number, address, length) }
    }
    try listen(number)
    return SharedListener(Listener(descriptor), isTrusted: true)
  }
}

/// Calls `body` with the address of a Unix socket.
private func withUnixAddress<Result>(
  _ path: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
) throws(Errno) -> Result {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .nameTooLong }
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
  let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
  return try unsafe withUnsafePointer(to: &address) { (pointer) throws(Errno) in
    try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      (pointer) throws(Errno) in
      try unsafe body(pointer, length)
    }
  }
}

extension Socket {
  /// Connects and waits until it stands; for the readiness check at start.
  package static func connect(to address: SocketAddress) throws(Errno) -> Socket {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    _ = try retrying { unsafe address.withRaw { unsafe Glibc.connect(number, $0, $1) } }
    return Socket(descriptor)
  }

  /// Begins to connect, and does not wait; what goes wrong later, the first send or receive tells.
  ///
  /// - Parameter source: the local address; where its port is 0, one is chosen when the peer is
  ///   known, so that the same port serves several peers.
  package static func beginConnecting(
    to address: SocketAddress, from source: SocketAddress? = nil
  ) throws(Errno) -> Socket {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(family, kind, 0) })
    let number = descriptor.number
    if let source {
      try? Listener.set(number, CInt(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
      _ = try retrying { unsafe source.withRaw { unsafe bind(number, $0, $1) } }
    }
    do throws(Errno) {
      _ = try retrying { unsafe address.withRaw { unsafe Glibc.connect(number, $0, $1) } }
    } catch {
      guard error == .inProgress else { throw error }
    }
    return Socket(descriptor)
  }

  /// Sends one datagram to a Unix socket; for systemd's notification protocol.
  ///
  /// - Parameter path: `@name` is the abstract socket of that name.
  package static func notify(_ path: String, _ message: String) throws(Errno) {
    var name = Array(path.utf8)
    if name.first == UInt8(ascii: "@") { name[0] = 0 }
    let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = FileDescriptor(owning: try retrying { socket(AF_UNIX, kind, 0) })
    let number = descriptor.number
    let bytes = Array(message.utf8)
    try unsafe withUnixAddress(name) { (address, length) throws(Errno) in
      _ = try retrying { () -> Int in
        unsafe sendto(number, bytes, bytes.count, CInt(MSG_NOSIGNAL), address, length)
      }
    }
  }
}
