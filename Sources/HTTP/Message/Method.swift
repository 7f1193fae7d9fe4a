// HTTP/Message: request methods.
// SPDX-License-Identifier: Apache-2.0

/// A registered method (RFC 9110 section 9, RFC 5789); any other token is ``other``.
package enum Method: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
  case trace = "TRACE"
  case connect = "CONNECT"
  /// A token that no registry knows; answered 501.
  case other = "?"

  /// Methods are case-sensitive.
  init(_ token: ArraySlice<UInt8>) {
    self = Self.allCases.first { token.elementsEqual($0.rawValue.utf8) } ?? .other
  }
}
