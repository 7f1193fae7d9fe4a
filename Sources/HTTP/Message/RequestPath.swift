// HTTP/Message: request paths, decoded and split once.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A request's path, decoded and split once; nobody reads the target again.
package struct RequestPath: Sendable {
  /// Decoded, with a slash in front, without empty, `.` and `..` segments, as Go's `path.Clean` has it; a
  /// slash at the end stays. A slash that was escaped is a slash, as in the original. `*` is itself.
  package let bytes: ArraySlice<UInt8>
  /// Whether it had `.` or `..` segments, from which the original redirects.
  package let climbs: Bool
  /// As sent, where ``segments`` cannot be told from ``bytes``.
  private let escaped: ArraySlice<UInt8>?

  /// - Parameter target: the path of a ``RequestHead``, still escaped.
  /// - Returns: `nil` where a percent escape is malformed.
  package init?(_ target: ArraySlice<UInt8>) {
    if Self.isPlain(target) {
      (bytes, climbs, escaped) = (target, false, nil)
      return
    }
    guard let decoded = PercentCoding.decodedSlice(target) else { return nil }
    escaped = target
    // `*`, or the authority of a CONNECT: no path, and none is made of it.
    guard decoded.first == Self.slash else {
      (bytes, climbs) = (decoded, false)
      return
    }
    let parts = decoded.split(separator: Self.slash)
    climbs = parts.contains(where: Self.isDots)
    bytes = Self.clean(parts, decoded)[...]
  }

  /// Its names, each decoded by itself, so that a name of a machine may hold an escaped slash or be `..`;
  /// empty ones are none.
  package var segments: [[UInt8]] {
    (escaped ?? bytes).split(separator: Self.slash).map { segment in
      guard escaped != nil else { return Array(segment) }
      return PercentCoding.decoded(segment) ?? Array(segment)
    }
  }

  /// One of ``segments`` as text; empty where there is none.
  package func name(at index: Int) -> String {
    let segments = segments
    return index < segments.count ? String(decoding: segments[index], as: UTF8.self) : ""
  }

  private static let slash = UInt8(ascii: "/")

  /// Neither an escape nor an empty segment, nor one that begins with a dot: as nearly every path is.
  private static func isPlain(_ target: ArraySlice<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in target {
      if byte == UInt8(ascii: "%") { return false }
      if last == slash, byte == slash || byte == UInt8(ascii: ".") { return false }
      last = byte
    }
    return true
  }

  private static func isDots(_ segment: ArraySlice<UInt8>) -> Bool {
    segment.count <= 2 && segment.allSatisfy { $0 == UInt8(ascii: ".") }
  }

  private static func clean(
    _ parts: [ArraySlice<UInt8>], _ decoded: ArraySlice<UInt8>
  ) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    for part in parts {
      if !isDots(part) {
        kept.append(part)
      } else if part.count == 2 {
        _ = kept.popLast()
      }
    }
    var result = kept.reduce(into: [UInt8]()) { $0 += [slash] + $1 }
    if result.isEmpty || decoded.last == slash { result.append(slash) }
    return result
  }
}
