// BootServerTests: an upstream on loopback that does what a test wants.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A small HTTP server: one request a connection, and any fault a test asks for.
final class Upstream: Sendable {
  /// What a request asks for.
  struct Request: Sendable {
    let method: String
    let path: String
    /// Names in lower case.
    let fields: [String: String]
    /// How many requests for this path came before.
    let earlier: Int

    /// The first byte that is asked for.
    var first: Int? {
      fields["range"].flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) }
    }
  }

  /// What comes back.
  struct Reply: Sendable {
    /// What follows the body.
    enum End: Sendable { case close, hang }

    var status = 200
    var fields: [String] = []
    var body = Data()
    /// In place of the body's own; `nil` says nothing.
    var length: Int?
    var end = End.close

    init(_ status: Int = 200, _ body: Data = Data(), fields: [String] = []) {
      self.status = status
      self.body = body
      self.fields = fields
      length = body.count
    }

    /// A file of a server that knows ranges and entity tags.
    static func file(_ body: Data, tag: String = "\"1\"", for request: Request) -> Reply {
      let fields = ["ETag: \(tag)", "Content-Type: application/octet-stream"]
      guard let first = request.first, request.fields["if-range"] ?? tag == tag else {
        return Reply(200, body, fields: fields)
      }
      guard first < body.count else {
        return Reply(416, fields: ["Content-Range: bytes */\(body.count)"])
      }
      return Reply(
        206, body.dropFirst(first),
        fields: fields + ["Content-Range: bytes \(first)-\(body.count - 1)/\(body.count)"])
    }

    /// The same, with only so many bytes of its body sent.
    func cut(_ count: Int, _ end: End = .close) -> Reply {
      var reply = self
      reply.body = body.prefix(count)
      reply.end = end
      return reply
    }
  }

  private let listener: Int32
  private let requests = Locked<[Request]>([])
  /// `http://127.0.0.1:PORT`
  let base: String

  init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    let listener = try BoundSocket()
    listener.listen()
    self.listener = listener.descriptor
    base = "http://127.0.0.1:\(listener.port)"
    // Closed when the last thread that may use it has ended.
    let owner = Locked(listener)
    Foundation.Thread.detachNewThread { [weak self, descriptor = listener.descriptor] in
      defer { owner.withLock { _ in } }
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        Foundation.Thread.detachNewThread { [weak self] in
          // Shut down first: a program started just now may hold it, too.
          defer {
            shutdown(connection, Int32(SHUT_RDWR))
            close(connection)
          }
          guard let head = Self.head(connection), let request = self?.note(head) else { return }
          Self.send(answer(request), to: connection)
        }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The requests so far, for one path or for all.
  func requests(for path: String? = nil) -> [Request] {
    requests.withLock { $0.filter { path == nil || $0.path == path } }
  }

  private func note(_ head: String) -> Request? {
    let lines = head.split(whereSeparator: \.isNewline).map(String.init)
    guard let words = lines.first?.split(separator: " "), words.count > 1 else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] = line[line.index(after: colon)...]
        .trimmingCharacters(in: .whitespaces)
    }
    return requests.withLock { all in
      let path = String(words[1])
      let request = Request(
        method: String(words[0]), path: path, fields: fields, earlier: all.count { $0.path == path }
      )
      all.append(request)
      return request
    }
  }

  private static func head(_ connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(connection, &piece, piece.count, 0)
      if count <= 0 { return nil }
      bytes += piece[..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      if text.contains("\r\n\r\n") { return text }
    }
  }

  private static func send(_ reply: Reply, to connection: Int32) {
    var head = "HTTP/1.1 \(reply.status) Reason\r\nConnection: close\r\n"
    if let length = reply.length { head += "Content-Length: \(length)\r\n" }
    head += reply.fields.map { $0 + "\r\n" }.joined() + "\r\n"
    let data = Data(head.utf8) + reply.body
    var done = 0
    while done < data.count {
      let count = data.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress! + done, data.count - done, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      done += count
    }
    // Until the client goes away.
    var byte: UInt8 = 0
    if reply.end == .hang { while recv(connection, &byte, 1, 0) > 0 {} }
  }
}
