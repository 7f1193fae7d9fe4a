// HTTP/Server: the head of a response as bytes.
// SPDX-License-Identifier: Apache-2.0

import System

/// Writes response heads; keeps the second's date.
struct HeadWriter {
  private var date: [UInt8] = []
  private var dateSecond = -1

  /// Status line, date, fields, length and connection option.
  ///
  /// Every answer that may have content says its length, but for a stream: iPXE waits for minutes on one that
  /// says neither length nor end.
  ///
  /// - Parameter now: seconds since 1970.
  mutating func append(
    _ response: Response, contentLength: Int64, request: (isHTTP11: Bool, closes: Bool),
    now: Int = WallClock.now.seconds, to bytes: inout [UInt8]
  ) {
    if now != dateSecond {
      dateSecond = now
      date = Array("Date: \(HTTPDate.format(now))\r\n".utf8)
    }
    bytes += "HTTP/1.1 ".utf8
    Self.append(response.status.rawValue, to: &bytes)
    bytes.append(0x20)
    bytes += response.status.reason.utf8
    bytes += "\r\n".utf8
    bytes += date
    bytes += response.fields
    if response.stream != nil {
      // Of HTTP/1.0 the end of the connection is the end.
      if request.isHTTP11 { bytes += "Transfer-Encoding: chunked\r\n".utf8 }
    } else if !response.status.hasNoContent {
      bytes += "Content-Length: ".utf8
      Self.append(Int(contentLength), to: &bytes)
      bytes += "\r\n".utf8
    }
    if request.closes {
      bytes += "Connection: close\r\n".utf8
    } else if !request.isHTTP11 {
      bytes += "Connection: keep-alive\r\n".utf8
    }
    bytes += "\r\n".utf8
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 10 { append(number / 10, to: &bytes) }
    bytes.append(0x30 + UInt8(number % 10))
  }
}
