// TestSupport: an HTTP client that sends what it is told, byte for byte.
// SPDX-License-Identifier: Apache-2.0

import Foundation

package struct ClientError: Error, CustomStringConvertible {
  package let description: String
  package init(description: String) { self.description = description }
}

/// An answer, taken apart as strictly as a client can.
package struct Answer: Sendable {
  package let statusLine: String
  /// Names in lower case, in order.
  package let fields: [(name: String, value: String)]
  package let body: Data

  package var status: Int {
    Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0
  }
  package var text: String { String(decoding: body, as: UTF8.self) }

  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// One connection to a server on loopback; every wait ends after ten seconds, or as many as it is told.
package final class RawClient {
  private let descriptor: Int32
  private var buffer = Data()
  /// A program that another test starts has no part of it: else it would stay open when this one closes it.
  private static let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  package private(set) var isAtEnd = false

  package init(
    port: UInt16, host: String = "127.0.0.1", receiveBuffer: Int32? = nil, patience: Int = 10
  ) throws {
    descriptor = socket(AF_INET, Self.kind, 0)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      // The descriptor is closed with this object, which is whole by now.
      let reason = String(cString: strerror(errno))
      throw ClientError(description: "connect to port \(port): \(reason)")
    }
  }

  /// Connects to a Unix socket.
  package init(socket path: String) throws {
    descriptor = socket(AF_UNIX, Self.kind, 0)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let fits = path.utf8.count < MemoryLayout.size(ofValue: address.sun_path)
    if fits { withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) } }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard fits, result == 0 else {
      // The descriptor is closed with this object, which is whole by now.
      let reason = String(cString: strerror(errno))
      throw ClientError(description: "connect to \(path): \(reason)")
    }
  }

  deinit { close(descriptor) }

  package func send(_ text: String) throws { try send(Data(text.utf8)) }

  package func send(_ data: Data) throws {
    var done = 0
    while done < data.count {
      let count = data.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + done, data.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else {
        throw ClientError(description: "send: \(String(cString: strerror(errno)))")
      }
      done += count
    }
  }

  package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads more; `false` at the end.
  @discardableResult
  package func receive(limit: Int = 65536) throws -> Bool {
    var piece = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &piece, piece.count, 0)
    guard count >= 0 else {
      throw ClientError(description: "receive: \(String(cString: strerror(errno)))")
    }
    if count == 0 { isAtEnd = true }
    buffer.append(contentsOf: piece[..<count])
    return count > 0
  }

  /// Reads some bytes and forgets them.
  ///
  /// - Returns: how many; one at least.
  package func discard(limit: Int) throws -> Int {
    var piece = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &piece, piece.count, 0)
    guard count > 0 else {
      throw ClientError(
        description: count == 0 ? "closed" : "receive: \(String(cString: strerror(errno)))")
    }
    return count
  }

  /// The next answer on this connection.
  ///
  /// - Parameter hasBody: `false` for the answer to a HEAD.
  package func answer(hasBody: Bool = true) throws -> Answer {
    while buffer.range(of: Data("\r\n\r\n".utf8)) == nil {
      guard try receive() else {
        throw ClientError(description: "closed after \(buffer.count) bytes of a head")
      }
    }
    let end = buffer.range(of: Data("\r\n\r\n".utf8))!
    let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(
      separatedBy: "\r\n")
    buffer.removeSubrange(..<end.upperBound)
    let fields = try lines.dropFirst().map { line -> (name: String, value: String) in
      guard let colon = line.range(of: ": ") else {
        throw ClientError(description: "field without a colon: \(line)")
      }
      return (line[..<colon.lowerBound].lowercased(), String(line[colon.upperBound...]))
    }
    let probe = Answer(statusLine: lines[0], fields: fields, body: Data())
    var body = Data()
    if hasBody, probe.status >= 200, probe.status != 204, probe.status != 304 {
      guard let length = probe["content-length"].flatMap({ Int($0) }) else {
        throw ClientError(description: "no Content-Length: \(lines)")
      }
      while buffer.count < length {
        guard try receive() else {
          throw ClientError(description: "closed after \(buffer.count) of \(length) bytes")
        }
      }
      body = Data(buffer.prefix(length))
      buffer = Data(buffer.dropFirst(length))
    }
    return Answer(statusLine: lines[0], fields: fields, body: body)
  }

  /// What comes up to a text, with it.
  package func text(to end: String) throws -> String {
    while true {
      if let range = buffer.range(of: Data(end.utf8)) {
        defer { buffer = Data(buffer[range.upperBound...]) }
        return String(decoding: buffer[..<range.upperBound], as: UTF8.self)
      }
      guard try receive() else {
        throw ClientError(description: "closed after \(String(decoding: buffer, as: UTF8.self))")
      }
    }
  }

  /// All that comes until the server closes.
  package func rest() throws -> Data {
    while try receive() {}
    defer { buffer = Data() }
    return buffer
  }

  /// Sends a request with a Host field and no body, and takes its answer.
  package func get(
    _ target: String, method: String = "GET", host: String = "test", fields: [String] = []
  ) throws -> Answer {
    let extra = fields.map { $0 + "\r\n" }.joined()
    try send("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(extra)\r\n")
    return try answer(hasBody: method != "HEAD")
  }
}
