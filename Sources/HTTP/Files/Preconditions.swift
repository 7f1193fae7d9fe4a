// HTTP/Files: conditional requests.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a file's current state is compared with (RFC 9110 section 13).
package struct Preconditions: Sendable {
  /// With its quotes; strong.
  package let entityTag: [UInt8]
  /// Seconds since 1970.
  package let modified: Int

  /// What becomes of the request: `notModified` is 304, `failed` 412 (RFC 9110 section 13.2.2).
  package enum Verdict: Equatable, Sendable { case proceed, notModified, failed }

  /// - Parameters:
  ///   - entityTag: with its quotes; empty where there is none.
  ///   - modified: seconds since 1970.
  package init(entityTag: [UInt8], modified: Int) {
    self.entityTag = entityTag
    self.modified = modified
  }

  /// The verdict in the order of RFC 9110 section 13.2.2: match before dates, what protects
  /// before what saves.
  package func verdict(for head: RequestHead) -> Verdict {
    if let tags = head.joined(.ifMatch) {
      if !matches(tags, weakly: false) { return .failed }
    } else if let date = head.first(.ifUnmodifiedSince).flatMap(HTTPDate.parse) {
      if modified > date { return .failed }
    }
    if let tags = head.joined(.ifNoneMatch) {
      if matches(tags, weakly: true) { return .notModified }
    } else if let date = head.first(.ifModifiedSince).flatMap(HTTPDate.parse) {
      if modified <= date { return .notModified }
    }
    return .proceed
  }

  /// Whether a `Range` applies (RFC 9110 section 13.1.5): no `If-Range`, or the same file still.
  package func rangeApplies(for head: RequestHead) -> Bool {
    guard let condition = head.first(.ifRange) else { return true }
    if let first = condition.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "W") {
      return condition.elementsEqual(entityTag)
    }
    return HTTPDate.parse(condition) == modified
  }

  /// Whether a list of entity tags, or `*`, holds this one.
  private func matches(_ list: [UInt8], weakly: Bool) -> Bool {
    var rest = list[...]
    while true {
      rest = rest.drop { ASCII.isBlank($0) || $0 == UInt8(ascii: ",") }
      guard let first = rest.first else { return false }
      if first == UInt8(ascii: "*") { return true }
      let isWeak = rest.starts(with: "W/".utf8)
      if isWeak { rest = rest.dropFirst(2) }
      guard rest.first == UInt8(ascii: "\""),
        let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\""))
      else { return false }
      if weakly || !isWeak, rest[...end].elementsEqual(entityTag) { return true }
      rest = rest[(end + 1)...]
    }
  }
}
