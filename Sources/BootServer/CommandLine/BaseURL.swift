// BootServer/CommandLine: what URLs in scripts begin with.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// The base of every URL in a script: `host[:port][/path]`, the same behind `http://` too, or behind
/// `https://` where a proxy in front speaks it.
package enum BaseURL {
  /// Checks a base URL, and takes the slash at its end away.
  package static func parse(_ text: String) throws(UsageError) -> [UInt8] {
    var rest = Substring(text)
    let scheme = ["http://", "https://"].first { rest.lowercased().hasPrefix($0) }
    rest = rest.dropFirst(scheme?.count ?? 0)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    let plain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-._~/%+@:,=".utf8.contains(byte) }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard Authority.isValid(host), !host.hasSuffix(":"), path.utf8.allSatisfy(plain),
      !segments.contains(where: { ["", ".", ".."].contains($0) }),
      PercentCoding.decoded(Array(path.utf8)[...]) != nil
    else {
      throw UsageError(
        "'\(text)' is not host[:port][/path], with or without http:// or https:// in front")
    }
    return Array((scheme ?? "http://").utf8) + Array(rest.utf8)
  }
}

extension BaseURL {
  /// The host and port of a URL.
  static func authority(of url: String) -> String {
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return String(rest.prefix { $0 != "/" })
  }

  /// Whether it names whatever host reads it.
  static func isLoopback(_ url: String) -> Bool {
    let host = authority(of: url)
    return ["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }
  }
}
