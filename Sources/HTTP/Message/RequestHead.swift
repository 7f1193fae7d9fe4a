// HTTP/Message: a request line and its header fields.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A request head that keeps the rules of RFC 9110 and 9112.
///
/// Slices are of one copy of the received bytes.
package struct RequestHead: Sendable {
  /// `other` for one that is a token and no method of ours.
  package let method: Method
  /// As sent, still escaped: `/configs/a%20b.yml`. Begins with a slash, or is `*`.
  package let path: ArraySlice<UInt8>
  /// What follows the first `?`; `nil` without one.
  package let query: ArraySlice<UInt8>?
  /// From the target if it names one, else from the Host field; empty when neither does.
  package let authority: ArraySlice<UInt8>
  /// `false`: HTTP/1.0.
  package let isHTTP11: Bool
  /// How the body is framed (RFC 9112 section 6.3).
  package let framing: Framing
  /// Whether another request may follow (RFC 9112 section 9.3).
  package let keepsAlive: Bool
  /// `Expect: 100-continue` of a request with a body (RFC 9110 section 10.1.1).
  package let expectsContinue: Bool
  private let fields: [(name: FieldName, value: ArraySlice<UInt8>)]

  /// The method as sent.
  package let methodToken: ArraySlice<UInt8>

  /// The first value of a field, white space around it removed.
  package func first(_ name: FieldName) -> ArraySlice<UInt8>? {
    fields.first { $0.name == name }?.value
  }

  /// All values of a list field in one, as RFC 9110 section 5.3 joins them.
  package func joined(_ name: FieldName) -> [UInt8]? {
    let values = fields.filter { $0.name == name }.map(\.value)
    guard let first = values.first else { return nil }
    return values.count == 1 ? Array(first) : Array(values.joined(separator: [0x2c, 0x20]))
  }

  /// Reads a head that a ``HeadScanner`` found the end of.
  ///
  /// - Parameter bytes: from the request line to the empty line, both included.
  package init(parsing bytes: [UInt8]) throws(Refusal) {
    var lines = LineReader(bytes)
    let line = try RequestLine(lines.next() ?? [])
    methodToken = line.method
    method = Method(line.method)
    isHTTP11 = line.isHTTP11

    var fields: [(name: FieldName, value: ArraySlice<UInt8>)] = []
    while let text = lines.next(), !text.isEmpty {
      let (name, value) = try Self.field(text)
      if let known = FieldName(name) { fields.append((known, value)) }
    }
    self.fields = fields
    let rules = FieldRules(fields: fields, isHTTP11: line.isHTTP11)
    framing = try rules.framing()
    keepsAlive = rules.keepsAlive()
    expectsContinue = try rules.expectsContinue()
    let host = try rules.host()
    let target = try RequestTarget(line.target, method: method)
    path = target.path
    query = target.query
    authority = target.authority ?? host
  }

  private static func field(
    _ line: ArraySlice<UInt8>
  ) throws(Refusal) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
    if ASCII.isBlank(line[line.startIndex]) {
      throw .malformed("a header field is folded over two lines")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .malformed("a header field has no colon")
    }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(ASCII.isToken) else {
      throw .malformed("a header field's name is not a token")
    }
    return (name, ASCII.trimmed(line[(colon + 1)...]))
  }
}
