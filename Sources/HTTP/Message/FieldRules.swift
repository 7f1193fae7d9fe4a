// HTTP/Message: what several header fields say together.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What several fields say together.
struct FieldRules {
  let fields: [(name: FieldName, value: ArraySlice<UInt8>)]
  let isHTTP11: Bool

  private func values(_ name: FieldName) -> some Collection<ArraySlice<UInt8>> {
    fields.lazy.filter { $0.name == name }.map(\.value)
  }

  /// Anything two readers could frame differently is refused (RFC 9112 sections 6.1 and 6.3).
  func framing() throws(Refusal) -> Framing {
    let lengths = values(.contentLength)
    let codings = values(.transferEncoding)
    if let coding = codings.first {
      guard lengths.isEmpty else {
        throw .malformed("the request has both Content-Length and Transfer-Encoding")
      }
      guard isHTTP11 else { throw .malformed("an HTTP/1.0 request has a Transfer-Encoding") }
      guard codings.count == 1, ASCII.equal(coding, "chunked") else {
        throw .unsupportedTransferCoding
      }
      return .chunked
    }
    guard let first = lengths.first else { return .length(0) }
    guard lengths.allSatisfy({ $0.elementsEqual(first) }) else {
      throw .malformed("the request has two Content-Lengths that differ")
    }
    guard let length = ASCII.number(first) else {
      throw .malformed("the Content-Length is not a number")
    }
    return .length(length)
  }

  func keepsAlive() -> Bool {
    var close = false
    var keep = false
    for value in values(.connection) {
      var rest = value
      while !rest.isEmpty {
        let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
        let option = ASCII.trimmed(rest[..<end])
        close = close || ASCII.equal(option, "close")
        keep = keep || ASCII.equal(option, "keep-alive")
        rest = rest[end...].dropFirst()
      }
    }
    return !close && (isHTTP11 || keep)
  }

  /// HTTP/1.0 clients cannot expect anything (RFC 9110 section 10.1.1).
  func expectsContinue() throws(Refusal) -> Bool {
    let expectations = values(.expect)
    guard isHTTP11, !expectations.isEmpty else { return false }
    guard expectations.allSatisfy({ ASCII.equal($0, "100-continue") }) else {
      throw .unknownExpectation
    }
    return true
  }

  func host() throws(Refusal) -> ArraySlice<UInt8> {
    let hosts = values(.host)
    guard hosts.count <= 1 else { throw .malformed("the request has two Host fields") }
    guard let host = hosts.first else {
      guard !isHTTP11 else { throw .malformed("the request has no Host field") }
      return []
    }
    guard host.isEmpty || Authority.isValid(host) else {
      throw .malformed("the Host field is not a host and port")
    }
    return host
  }
}
