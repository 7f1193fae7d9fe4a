// HTTP/Message: host and port, as a URL and a Host field carry them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The rule for `host[:port]`.
///
/// Narrower than RFC 3986: no percent escapes but a zone's and no `!$&'()*+,;=`, which no real host name has
/// and which mean something in a boot script.
package enum Authority {
  /// Whether the bytes are a host, with or without a port, of at most 300 bytes.
  package static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count <= 300 else { return false }
    var host = bytes
    if bytes.first == UInt8(ascii: "[") {
      guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let (literal, zone) = Self.split(bytes[..<close].dropFirst())
      guard zone.allSatisfy({ ASCII.isAlphanumeric($0) || "-._~".utf8.contains($0) }),
        literal.contains(UInt8(ascii: ":")),
        literal.allSatisfy({ Hex.isDigit($0) || $0 == 0x3a || $0 == 0x2e })
      else { return false }
      let rest = bytes[(close + 1)...]
      return rest.isEmpty || isPort(rest)
    }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
      guard isPort(bytes[colon...]) else { return false }
      host = bytes[..<colon]
    }
    return !host.isEmpty
      && host.allSatisfy { ASCII.isAlphanumeric($0) || "-._~".utf8.contains($0) }
  }

  /// A link-local address may say by which card (RFC 6874): `fe80::1%25net0`.
  private static func split(
    _ literal: ArraySlice<UInt8>
  ) -> (address: ArraySlice<UInt8>, zone: ArraySlice<UInt8>) {
    guard let percent = literal.firstIndex(of: UInt8(ascii: "%")),
      case let zone = literal[percent...], zone.starts(with: "%25".utf8), zone.count > 3
    else { return (literal, []) }
    return (literal[..<percent], zone.dropFirst(3))
  }

  /// The same of a text, for options.
  package static func isValid(_ text: some StringProtocol) -> Bool {
    isValid(Array(text.utf8)[...])
  }

  /// `:port`, or the colon alone (RFC 3986 section 3.2.3).
  private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: ":") else { return false }
    let digits = bytes.dropFirst()
    if digits.isEmpty { return true }
    guard digits.count <= 5, let port = ASCII.number(digits) else { return false }
    return port <= 65535
  }
}
