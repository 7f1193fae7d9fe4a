// HTTP/Message: what a handler answers.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A response before it is framed: length, date and connection options come with sending.
package struct Response: Sendable {
  /// A part of the content, in memory or in a file.
  package enum Piece: Sendable {
    case bytes([UInt8])
    case file(OpenFile, ByteRange)

    var count: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .file(_, let range): range.count
      }
    }
  }

  /// The first line's.
  package var status: Status
  /// What the log has in place of it: a script that tells a person of an error is sent with 200.
  package var meantStatus: Status?
  /// `Name: value` lines, each with its CRLF.
  package private(set) var fields: [UInt8] = []
  /// The content, in order; not sent for HEAD, 204 and 304.
  package var body: [Piece] = []
  /// What the answer means, for the log and whoever else wants to know.
  package var event = Event(.answer)
  /// What the application knows of the answer, for when it is sent; the server does not look at it.
  package var context: (any AnyObject & Sendable)?
  /// Is told how far the content has come.
  package var follower: DeliveryProgress.Follower?

  /// Whether it says already who may keep it.
  package private(set) var saysCaching = false

  /// No fields, no content.
  package init(_ status: Status) { self.status = status }

  /// A text body.
  package init(_ status: Status, text: String, type: String = ContentType.text) {
    self.init(status)
    add("Content-Type", type)
    body = [.bytes(Array(text.utf8))]
  }

  /// - Parameter value: its control bytes are left out, so it cannot start another field.
  package mutating func add(_ name: String, _ value: some Sequence<UInt8>) {
    fields += name.utf8
    fields += ": ".utf8
    fields += value.lazy.filter { !ASCII.isControl($0) }
    fields += "\r\n".utf8
  }

  /// The same with a text.
  package mutating func add(_ name: String, _ value: String) { add(name, value.utf8) }

  /// Says who may keep it and for how long; the first word on it counts.
  ///
  /// - Parameter directive: `no-store`, `public, max-age=60` (RFC 9111 section 5.2.2).
  package mutating func setCaching(_ directive: String) {
    if saysCaching { return }
    saysCaching = true
    add("Cache-Control", directive)
  }

  /// Bytes of content.
  package var contentLength: Int64 { body.reduce(0) { $0 + $1.count } }
}

extension Response {
  /// One line for `curl` and a console; the type may not be guessed at.
  package static func line(_ status: Status, _ line: String) -> Response {
    var response = Response(status, text: line + "\n")
    response.add("X-Content-Type-Options", "nosniff")
    return response
  }

  /// 503: "not yet". iPXE waits for this many seconds and asks again.
  package static func retryLater(seconds: Int, _ line: String) -> Response {
    var response = Response.line(.serviceUnavailable, line)
    response.add("Retry-After", String(seconds))
    return response
  }

  /// What a client is told whose request is not taken.
  package static func refusal(_ refusal: Refusal) -> Response {
    refusal == .stuck
      ? .retryLater(seconds: 10, refusal.description)
      : .line(refusal.status, refusal.description)
  }
}
