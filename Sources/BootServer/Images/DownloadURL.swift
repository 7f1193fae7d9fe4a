// BootServer/Images: an address that curl may be given.
// SPDX-License-Identifier: Apache-2.0

/// An address that curl may be given; valid once it exists.
package struct DownloadURL: Hashable, Sendable, CustomStringConvertible {
  /// As curl gets it.
  package let text: String
  /// `https`, `http` or `file`.
  package let scheme: String

  /// - Parameters:
  ///   - text: `https://example.org/a`, percent-coded where it has to be.
  ///   - allowsFile: whether `file://` is one: only where an operator's own words name it.
  /// - Throws: ``DownloadError/badURL(_:reason:)``.
  package init(_ text: String, allowsFile: Bool = false) throws(DownloadError) {
    self.text = text
    scheme = text.prefix { $0 != ":" }.lowercased()
    guard text.dropFirst(scheme.count).hasPrefix("://"), text.utf8.count > scheme.utf8.count + 3
    else { throw .badURL(text, reason: "an address begins with https:// or http://") }
    switch scheme {
    case "https", "http": break
    case "file" where allowsFile: break
    case "file":
      throw .badURL(text, reason: "a file:// address is only taken where it is given by hand")
    default: throw .badURL(text, reason: "only https:// and http:// are fetched")
    }
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
    guard isPlain, text.utf8.count <= 4000 else {
      throw .badURL(
        String(text.prefix(200)), reason: "spaces, quotes and letters beyond ASCII are written %XX")
    }
  }

  /// For people: without a name and a password.
  package var description: String {
    let start = text.index(text.startIndex, offsetBy: scheme.count + 3)
    let host = text[start...].prefix { !"/?#".contains($0) }
    guard let at = host.lastIndex(of: "@") else { return text }
    return String(text[..<start]) + text[text.index(after: at)...]
  }

  /// What curl may follow from here, as `--proto` wants it: never from https to http.
  var protocols: String {
    switch scheme {
    case "https": "=https"
    case "file": "=file"
    default: "=http,https"
    }
  }
}
