// boot-bench: one request of a load.
// SPDX-License-Identifier: Apache-2.0

/// One request, ready to send, and the only answer that counts.
struct Step: Sendable {
  let request: [UInt8]
  /// `nil`: nobody knows before the answer.
  let bodyLength: Int?
  /// The exact body; `nil`: its length is checked and its bytes are not looked at.
  let body: [UInt8]?
  /// Whether 503 is as good an answer, with any body.
  let mayBeHeld: Bool

  /// - Parameter isKeptAlive: the connection serves for more than this request.
  init(
    path: String, host: String, isKeptAlive: Bool, bodyLength: Int?, body: [UInt8]?,
    mayBeHeld: Bool = false
  ) {
    request = Self.request(path: path, host: host, isKeptAlive: isKeptAlive)
    self.bodyLength = bodyLength
    self.body = body
    self.mayBeHeld = mayBeHeld
  }

  /// A change, asked for with the API's token; any 200 is a good answer.
  init(patch path: String, _ body: String, token: String, host: String) {
    request = Array(
      """
      PATCH \(path) HTTP/1.1\r
      Host: \(host)\r
      Authorization: Bearer \(token)\r
      Content-Type: application/merge-patch+json\r
      Content-Length: \(body.utf8.count)\r
      \r
      \(body)
      """.utf8)
    bodyLength = nil
    self.body = nil
    mayBeHeld = false
  }

  /// The request as iPXE sends it.
  static func request(path: String, host: String, isKeptAlive: Bool) -> [UInt8] {
    Array(
      """
      GET \(path) HTTP/1.1\r
      Connection: \(isKeptAlive ? "keep-alive" : "close")\r
      User-Agent: iPXE/1.21.1+ (boot-bench)\r
      Host: \(host)\r
      \r

      """.utf8)
  }
}
