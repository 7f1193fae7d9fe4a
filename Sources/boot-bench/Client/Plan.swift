// boot-bench: what a load is made of.
// SPDX-License-Identifier: Apache-2.0

/// One request, ready to send, and the only answer that counts.
struct Step: Sendable {
  let request: [UInt8]
  let bodyLength: Int
  /// The exact body; `nil`: its length is checked and its bytes are not looked at.
  let body: [UInt8]?

  /// - Parameter isKeptAlive: the connection serves for more than this request.
  init(path: String, host: String, isKeptAlive: Bool, bodyLength: Int, body: [UInt8]?) {
    request = Self.request(path: path, host: host, isKeptAlive: isKeptAlive)
    self.bodyLength = bodyLength
    self.body = body
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

/// What a number of clients do at the same time.
struct Plan: Sendable {
  /// What each client asks for, one after another.
  var steps: [Step]
  var clients: Int
  /// One connection for all of a client's requests; else one for each.
  var isKeptAlive = true
  /// Each client begins again when it is through; else it rests with its connection open.
  var repeats = true
  /// Clients that may be at work at once.
  var burst = Int.max
  /// Nanoseconds from a client's answer to its next request.
  var pause: UInt64 = 0
}
