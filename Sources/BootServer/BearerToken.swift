// BootServer: tokens in a header field.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// `Authorization: Bearer TOKEN` (RFC 6750 section 2.1).
enum BearerToken {
  static func of(_ head: RequestHead) -> String? {
    guard let field = head.first(.authorization) else { return nil }
    let scheme = field.prefix(7)
    guard ASCII.equal(scheme, "bearer ") else { return nil }
    return String(decoding: ASCII.trimmed(field.dropFirst(7)), as: UTF8.self)
  }

  /// Compares in a time that does not tell how much was right.
  static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count, !left.isEmpty else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
