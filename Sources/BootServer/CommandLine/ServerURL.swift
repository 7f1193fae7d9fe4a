// BootServer/CommandLine: the address of a server elsewhere.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// `http://HOST[:PORT][/PATH]`, also https; without a scheme it is http.
enum ServerURL {
  static func isValid(_ text: String) -> Bool {
    let rest = withoutScheme(text)
    let host = rest.prefix { $0 != "/" }
    let plain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-._~/%:[]@".utf8.contains(byte) }
    return Authority.isValid(host) && !host.hasSuffix(":") && rest.utf8.allSatisfy(plain)
  }

  /// Whether it names a port; else it is the one of its scheme, which is hardly ours.
  static func hasPort(_ text: String) -> Bool {
    let host = withoutScheme(text).prefix { $0 != "/" }
    return host.split(separator: "]").last?.contains(":") ?? false
  }

  private static func withoutScheme(_ text: String) -> Substring {
    for scheme in ["http://", "https://"] where text.lowercased().hasPrefix(scheme) {
      return text.dropFirst(scheme.count)
    }
    return text[...]
  }
}
