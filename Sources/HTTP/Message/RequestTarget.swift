// HTTP/Message: what a request is for.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A request target in one of its forms (RFC 9112 section 3.2).
struct RequestTarget {
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
