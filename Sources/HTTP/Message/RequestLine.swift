// HTTP/Message: the first line of a request.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `method SP target SP version` (RFC 9112 section 3).
struct RequestLine {
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
