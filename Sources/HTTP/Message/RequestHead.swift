// HTTP/Message: a request line and its header fields.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A request head that keeps the rules of RFC 9110 and 9112.
///
/// Slices are of one copy of the received bytes.
package struct RequestHead: Sendable {
  package let method: Method
  /// As sent, still escaped: `/configs/a%20b.yml`. Begins with a slash, or is `*`.
  package let path: ArraySlice<UInt8>
  /// What follows the first `?`; `nil` without one.
  package let query: ArraySlice<UInt8>?
  /// From the target if it names one, else from the Host field; empty when neither does.
  package let authority: ArraySlice<UInt8>
  package let isHTTP11: Bool
  package let framing: Framing
  package let keepsAlive: Bool
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

/// The lines of a head, without their CRLF.
private struct LineReader {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let start = position
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) ?? bytes.count
    position = end + 2
    return bytes[start..<end]
  }
}

/// `method SP target SP version` (RFC 9112 section 3).
private struct RequestLine {
  let method: ArraySlice<UInt8>
  let target: ArraySlice<UInt8>
  let isHTTP11: Bool

  init(_ line: ArraySlice<UInt8>) throws(Refusal) {
    if line.starts(with: "PROXY ".utf8) { throw .proxyProtocol }
    guard let first = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20), first < last,
      case let rest = line[(first + 1)..<last], !rest.contains(0x20), first > line.startIndex,
      line[..<first].allSatisfy(ASCII.isToken)
    else { throw .malformed("the request line is not: method, target, version") }
    // Old iPXE sends `| < > " \` and raw bytes above 0x7f: all but white space is taken.
    guard !rest.isEmpty, !rest.contains(0x09) else {
      throw .malformed("the request target is empty or holds a blank")
    }
    (method, target) = (line[..<first], rest)
    let version = line[(last + 1)...]
    guard version.count == 8, version.starts(with: "HTTP/".utf8),
      version[last + 7] == UInt8(ascii: "."),
      case let digits = (version[last + 6], version[last + 8]),
      ASCII.isDigit(digits.0), ASCII.isDigit(digits.1)
    else { throw .malformed("the request line does not end with an HTTP version") }
    guard digits.0 == UInt8(ascii: "1") else { throw .unsupportedVersion }
    isHTTP11 = digits.1 != UInt8(ascii: "0")
  }
}

/// A request target in one of its forms (RFC 9112 section 3.2).
private struct RequestTarget {
  let path: ArraySlice<UInt8>
  let query: ArraySlice<UInt8>?
  let authority: ArraySlice<UInt8>?

  init(_ target: ArraySlice<UInt8>, method: Method) throws(Refusal) {
    if target.first == UInt8(ascii: "/") {
      authority = nil
      (path, query) = Self.split(target)
    } else if target.elementsEqual("*".utf8) && method == .options || method == .connect {
      (path, query) = Self.split(target)
      authority = nil
    } else if target.count > 7, ASCII.equal(target.prefix(7), "http://") {
      let rest = target.dropFirst(7)
      let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
      let host = rest[..<(end ?? rest.endIndex)]
      guard !host.isEmpty, Authority.isValid(host) else {
        throw .malformed("the request target's host is not a host and port")
      }
      authority = host
      let (path, query) = Self.split(rest[(end ?? rest.endIndex)...])
      self.path = path.isEmpty ? [UInt8(ascii: "/")] : path
      self.query = query
    } else {
      throw .malformed("the request target is neither a path nor an http URL")
    }
  }

  private static func split(
    _ target: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
    guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
    return (target[..<mark], target[(mark + 1)...])
  }
}

/// What several fields say together.
private struct FieldRules {
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
