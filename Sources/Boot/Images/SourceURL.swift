// Boot/Images: URLs of upstreams.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A URL that things are fetched from, taken apart no further than is needed.
enum SourceURL {
  /// What is wrong with one, as the rest of a sentence.
  ///
  /// - Parameters:
  ///   - schemes: lower case.
  ///   - allowsUser: whether there may be a name and a password.
  static func fault(_ text: String, schemes: [String], allowsUser: Bool = false) -> String? {
    guard let end = text.firstRange(of: "://"), schemes.contains(String(text[..<end.lowerBound]))
    else { return "must begin with \(schemes.map { "\($0)://" }.joined(separator: " or "))" }
    if text.utf8.count > 2000 { return "is longer than 2000 bytes" }
    let rest = text[end.upperBound...]
    let allowed = Array("{}[]%".utf8)
    for byte in rest.utf8 where !SafePath.isPlain(byte) && !allowed.contains(byte) {
      return byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        ? "must end in front of ? and #" : "holds a character that no URL may hold"
    }
    let host = rest.prefix { $0 != "/" }
    if text.hasPrefix("file:") { return host.isEmpty && rest.count > 1 ? nil : "names no file" }
    if host.isEmpty { return "names no host" }
    if !allowsUser, host.contains("@") { return "holds a user's name; give such a base by --from" }
    let climbs = rest.split(separator: "/").contains { $0 == ".." || $0 == "." }
    return climbs ? "holds . or .. and could climb" : nil
  }

  /// For people and files: without a name and a password.
  static func shown(_ text: String) -> String {
    guard let end = text.firstRange(of: "://") else { return text }
    let host = text[end.upperBound...].prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return text }
    return String(text[..<end.upperBound] + text[text.index(after: at)...])
  }

  /// A base and a path below it.
  static func joined(_ base: String, _ path: String) -> String {
    let bare = base.hasSuffix("/") ? String(base.dropLast()) : base
    return path.isEmpty ? bare + "/" : "\(bare)/\(path)"
  }

  /// The path of a URL, without the slash in front; `nil` where there is no URL.
  static func path(of text: String) -> Substring? {
    guard let end = text.firstRange(of: "://") else { return nil }
    guard let slash = text[end.upperBound...].firstIndex(of: "/") else { return "" }
    return text[slash...].dropFirst()
  }

  /// The same path at another scheme and host.
  static func moved(_ text: String, to base: String) -> String? {
    guard let path = path(of: text), let end = base.firstRange(of: "://") else { return nil }
    if base.hasPrefix("file:") { return joined(base, String(path)) }
    let host = base[end.upperBound...].prefix { $0 != "/" }
    return "\(base[..<end.upperBound])\(host)/\(path)"
  }
}
