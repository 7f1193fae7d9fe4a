// HTTP/Message: why a request cannot be taken at all.
// SPDX-License-Identifier: Apache-2.0

/// A message that breaks the protocol or a limit; the connection ends with its answer.
package enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
  case malformed(String)

  /// A proxy that says by its own protocol whom it asks for.
  static let proxyProtocol = Refusal.malformed(
    "this is the greeting of the PROXY protocol, which is not spoken here: let the proxy send"
      + " X-Forwarded-For")
  case requestLineTooLong(limit: Int)
  case headTooLarge(limit: Int)
  case tooManyFields(limit: Int)
  case contentTooLarge(limit: Int)
  case chunkOverheadTooLarge(limit: Int)
  case unsupportedVersion
  case unsupportedTransferCoding
  case unknownExpectation
  case tooSlow
  /// No answer could be had in time.
  case stuck

  /// What the client is answered.
  package var status: Status {
    switch self {
    case .malformed: .badRequest
    case .requestLineTooLong: .uriTooLong
    case .headTooLarge, .tooManyFields: .headTooLarge
    case .contentTooLarge, .chunkOverheadTooLarge: .contentTooLarge
    case .unsupportedVersion: .versionNotSupported
    case .unsupportedTransferCoding: .notImplemented
    case .unknownExpectation: .expectationFailed
    case .tooSlow: .requestTimeout
    case .stuck: .serviceUnavailable
    }
  }

  /// One sentence for the client and the log.
  package var description: String {
    switch self {
    case .malformed(let reason): reason
    case .requestLineTooLong(let limit): "the request line is longer than \(limit) bytes"
    case .headTooLarge(let limit): "the request head is longer than \(limit) bytes"
    case .tooManyFields(let limit): "the request has more than \(limit) header fields"
    case .contentTooLarge(let limit): "the request body is longer than \(limit) bytes"
    case .chunkOverheadTooLarge(let limit):
      "the body's chunk extensions and trailers are longer than \(limit) bytes"
    case .unsupportedVersion: "this server speaks HTTP/1.0 and HTTP/1.1"
    case .unsupportedTransferCoding: "the only transfer coding this server knows is chunked"
    case .unknownExpectation: "the only expectation this server knows is 100-continue"
    case .tooSlow: "the request did not arrive in time"
    case .stuck: "what was asked for could not be had in time; ask again"
    }
  }
}
