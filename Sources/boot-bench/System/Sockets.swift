// boot-bench: the client's side of TCP.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What came of one send or receive.
enum Transfer {
  case bytes(Int)
  case wouldBlock
  /// The peer has said all it will say.
  case end
  case failed(CInt)

  fileprivate init(_ count: Int) {
    if count > 0 {
      self = .bytes(count)
    } else if count == 0 {
      self = .end
    } else {
      let code = errno
      self = code == EAGAIN || code == EINTR || code == EINPROGRESS ? .wouldBlock : .failed(code)
    }
  }
}

/// Non-blocking sockets by number: the ``Load`` that opens one closes it.
enum Sockets {
  /// Begins to connect; on loopback the connection mostly stands when this returns.
  ///
  /// - Parameter source: the local address; its port is chosen when the peer is known, so that the
  ///   same port serves several peers.
  static func connect(to address: Address, from source: Address?) throws(Failure) -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let number = socket(address.family, kind, 0)
    guard number >= 0 else { throw .system("socket") }
    if let source {
      var on: CInt = 1
      let size = socklen_t(MemoryLayout<CInt>.size)
      _ = unsafe setsockopt(number, CInt(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &on, size)
      if unsafe source.withRaw({ unsafe bind(number, $0, $1) }) != 0 {
        let failure = Failure.system("bind \(source)")
        close(number)
        throw failure
      }
    }
    if unsafe address.withRaw({ unsafe Glibc.connect(number, $0, $1) }) != 0, errno != EINPROGRESS {
      let failure = Failure.system("connect \(address)")
      close(number)
      throw failure
    }
    return number
  }

  static func close(_ number: CInt) { _ = Glibc.close(number) }

  static func send(_ number: CInt, _ bytes: [UInt8]) -> Transfer {
    unsafe Transfer(Glibc.send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL)))
  }

  /// Receives at most `limit` bytes to `buffer` from `start` on.
  static func receive(
    _ number: CInt, into buffer: inout [UInt8], at start: Int = 0, limit: Int
  ) -> Transfer {
    unsafe buffer.withUnsafeMutableBytes { bytes in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
      return unsafe Transfer(recv(number, room.baseAddress, min(room.count, limit), 0))
    }
  }

  /// Receives at most `limit` bytes into nothing, which spares the client the copy.
  static func discard(_ number: CInt, limit: Int) -> Transfer {
    Transfer(recv(number, nil, limit, CInt(MSG_TRUNC)))
  }

  /// Waits for a blocking moment: until there is something to read or to write.
  ///
  /// - Returns: `false` after `seconds` without either.
  static func wait(_ number: CInt, for events: Int32, seconds: Double) -> Bool {
    var entry = pollfd(fd: number, events: Int16(events), revents: 0)
    return unsafe poll(&entry, 1, CInt(seconds * 1000)) > 0
  }

  /// A port that nobody listens on now.
  static func freePort() throws(Failure) -> UInt16 {
    let number = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw .system("socket") }
    defer { close(number) }
    guard unsafe Address.local(port: 0).withRaw({ unsafe bind(number, $0, $1) }) == 0 else {
      throw .system("bind 127.0.0.1")
    }
    var raw = sockaddr_in()
    let found = unsafe withUnsafeMutablePointer(to: &raw) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe getsockname(number, $0, &length)
      }
    }
    guard found == 0 else { throw .system("getsockname") }
    return UInt16(bigEndian: raw.sin_port)
  }
}
