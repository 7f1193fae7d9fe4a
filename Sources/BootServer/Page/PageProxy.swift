// BootServer/Page: requests on their way from a browser to the server's socket.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Serves `page`: a thread a connection, and one request on each.
///
/// The head of every request is looked at, so a connection ends with its answer: bytes that came behind
/// a request would reach the server unseen.
final class PageProxy: Sendable {
  private let gate: PageGate
  private let path: String
  private let connections = SharedCount()
  private static let most = 64
  private static let headMilliseconds = 10_000
  private static let stuckMilliseconds = 60_000

  /// - Parameter path: of the server's socket.
  init(_ gate: PageGate, path: String) {
    self.gate = gate
    self.path = path
  }

  /// Accepts until the process ends.
  func serve(_ shared: SharedListener) throws(Errno) {
    var epoll = try Epoll(capacity: 1)
    try epoll.add(shared.listener.descriptor.number, .read, tag: 0)
    while true {
      _ = epoll.wait(milliseconds: -1)
      guard let (client, _) = try? shared.listener.accept() else {
        // Out of descriptors, most likely.
        Thread.sleep(milliseconds: 20)
        continue
      }
      // Who finds no room is cut off; a browser tries again.
      guard connections.add(limit: Self.most) else { continue }
      do throws(Errno) {
        try Thread.spawn("page") { [self] in
          try? exchange(client)
          connections.subtract()
        }
      } catch {
        connections.subtract()
      }
    }
  }

  /// One request, and its answer to the end.
  private func exchange(_ client: Socket) throws(Errno) {
    let (head, raw, body): (RequestHead, [UInt8], [UInt8])
    do throws(Refusal) {
      guard let request = try Self.request(client) else { return }
      (head, raw, body) = request
    } catch {
      return try Self.send(.refusal(error), to: client)
    }
    if case .answer(let response) = gate.look(at: head) {
      return try Self.send(response, to: client, isHead: head.method == .head)
    }
    let server: Socket
    do throws(Errno) {
      server = try Socket.connect(toPath: path)
    } catch {
      return try Self.send(
        .retryLater(seconds: 2, "the server does not answer on its socket; does it run?"),
        to: client)
    }
    try Self.send(Self.forwarded(raw, body), to: server)
    try Self.copy(from: server, to: client)
  }

  /// - Returns: `nil` where the client left or sends nothing.
  private static func request(
    _ client: Socket
  ) throws(Refusal) -> (RequestHead, raw: [UInt8], body: [UInt8])? {
    let limits = MessageLimits()
    var scanner = HeadScanner(limits: limits)
    var input: [UInt8] = []
    let ends = Instant.now.advanced(milliseconds: headMilliseconds)
    while true {
      if let end = try scanner.scan(input[...]) {
        let raw = Array(input[scanner.leadingBytes..<end])
        let head = try RequestHead(parsing: raw)
        guard case .length(let length) = head.framing else {
          throw .malformed("the page sends no body in pieces")
        }
        guard length <= limits.content else { throw .contentTooLarge(limit: limits.content) }
        var body = Array(input[end...])
        while body.count < length {
          guard let piece = receive(client, until: ends) else { return nil }
          body += piece
        }
        return (head, raw, Array(body.prefix(length)))
      }
      guard let piece = receive(client, until: ends) else { return nil }
      input += piece
    }
  }

  private static func receive(_ client: Socket, until ends: Instant) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let left = ends.microseconds(since: .now) / 1000
    guard left > 0, client.wait(for: .read, milliseconds: left),
      let count = try? client.receive(into: &buffer), count > 0
    else { return nil }
    return Array(buffer[..<count])
  }

  /// Fields that are about the connection, or that would tell the server something of ours.
  private static let kept: Set<String> = [
    "accept", "content-type", "if-match", "if-none-match", "last-event-id", "user-agent",
  ]

  /// The request as the server gets it: its line, the fields that it may need, and no cookie.
  static func forwarded(_ raw: [UInt8], _ body: [UInt8]) -> [UInt8] {
    let lines = raw.split(separator: 0x0a).map { $0.last == 0x0d ? $0.dropLast() : $0 }
    var head = Array(lines.first ?? []) + Array("\r\nHost: localhost\r\nConnection: close\r\n".utf8)
    for line in lines.dropFirst() {
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      if kept.contains(String(decoding: name, as: UTF8.self).lowercased()) {
        head += line + [0x0d, 0x0a]
      }
    }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n".utf8 }
    return head + [0x0d, 0x0a] + body
  }

  /// Until the server ends, or the client leaves: events come for as long as somebody listens.
  private static func copy(from server: Socket, to client: Socket) throws(Errno) {
    var epoll = try Epoll(capacity: 2)
    try epoll.add(server.descriptor.number, .read, tag: 0)
    try epoll.add(client.descriptor.number, [.read, .ended], tag: 1)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      for index in 0..<epoll.wait(milliseconds: -1) {
        let isClient = epoll.event(at: index).tag == 1
        let count: Int
        do throws(Errno) {
          count = try (isClient ? client : server).receive(into: &buffer)
        } catch {
          if error == .wouldBlock { continue }
          throw error
        }
        if count == 0 { return client.endSending() }
        if !isClient { try send(Array(buffer[..<count]), to: client) }
      }
    }
  }

  private static func send(_ bytes: [UInt8], to socket: Socket) throws(Errno) {
    var done = 0
    while done < bytes.count {
      do throws(Errno) {
        done += try socket.send(bytes, done..<bytes.count)
      } catch {
        guard error == .wouldBlock, socket.wait(for: .write, milliseconds: stuckMilliseconds) else {
          throw error
        }
      }
    }
  }

  private static func send(
    _ response: Response, to client: Socket, isHead: Bool = false
  ) throws(Errno) {
    var bytes = Array("HTTP/1.1 \(response.status.rawValue) \(response.status.reason)\r\n".utf8)
    bytes += response.fields
    bytes += "Cache-Control: no-store\r\nContent-Length: \(response.contentLength)\r\n".utf8
    bytes += "Connection: close\r\n\r\n".utf8
    for case .bytes(let piece) in response.body where !isHead { bytes += piece }
    try send(bytes, to: client)
    client.endSending()
  }
}
