// BootServer/Images: what an upstream says of a file before it sends it.
// SPDX-License-Identifier: Apache-2.0

/// The head of the last answer in what curl wrote down of a download's heads.
///
/// There are several where redirects were followed.
struct ResponseHead: Equatable, Sendable {
  /// Where the bytes of a 206 belong.
  struct Part: Equatable, Sendable {
    let first: Int64
    /// How long the file is.
    let total: Int64
  }

  /// 200 where there is no HTTP: `file://`.
  private(set) var status = 200
  private(set) var contentType: String?
  private(set) var length: Int64?
  private(set) var range: Part?
  /// What names this state of the file for `If-Range`; a weak entity tag does not.
  private(set) var validator: String?
  /// Seconds.
  private(set) var retryAfter: Int?
  /// Whether a redirect led from https to http.
  private(set) var isLessSecure: Bool

  /// - Parameters:
  ///   - dump: what `curl --dump-header` wrote.
  ///   - url: what was asked for first.
  init(dump: [UInt8], url: String) {
    var isSecure = url.lowercased().hasPrefix("https:")
    var isLessSecure = false
    var fields: [(name: String, value: String)] = []
    for line in dump.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      let text = String(decoding: line, as: UTF8.self)
      if text.hasPrefix("HTTP/") {
        fields = []
        status = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
      } else if let colon = text.firstIndex(of: ":") {
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        fields.append((text[..<colon].lowercased(), String(value)))
      }
      guard let last = fields.last, last.name == "location" else { continue }
      let target = last.value.lowercased()
      if isSecure, target.hasPrefix("http:") { isLessSecure = true }
      if target.hasPrefix("https:") { isSecure = true }
    }
    self.isLessSecure = isLessSecure
    for (name, value) in fields { take(name, value) }
  }

  private mutating func take(_ name: String, _ value: String) {
    switch name {
    case "content-type": contentType = String(value.prefix(100))
    case "content-length": length = Int64(value).flatMap { $0 >= 0 ? $0 : nil }
    case "content-range": range = Self.range(value)
    case "etag": if !value.hasPrefix("W/") { validator = String(value.prefix(1000)) }
    case "last-modified": validator = validator ?? String(value.prefix(100))
    case "retry-after": retryAfter = Int(value).flatMap { $0 >= 0 ? $0 : nil }
    default: break
    }
  }

  /// `bytes 500-999/1000`.
  private static func range(_ value: String) -> Part? {
    guard value.hasPrefix("bytes ") else { return nil }
    let parts = value.dropFirst(6).split(separator: "/")
    guard parts.count == 2, let total = Int64(parts[1]),
      let first = parts[0].split(separator: "-").first.flatMap({ Int64($0) })
    else { return nil }
    return Part(first: first, total: total)
  }
}
