// BootServer/Images: what curl's exit status means.
// SPDX-License-Identifier: Apache-2.0

/// What curl's exit status means (curl(1), EXIT CODES).
enum CurlExit {
  /// - Parameter words: what curl said, without its name.
  static func error(_ status: Int, _ url: DownloadURL, _ words: String) -> DownloadError {
    let reason = words.isEmpty ? "curl ended with status \(status)" : words
    return switch status {
    // Names, connections, handshakes, streams: of today.
    case 5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92, 95, 96:
      .unreachable(url: url.description, reason: reason)
    case 47: .refused(url: url.description, reason: "it redirects in a circle, or too often")
    case 1:
      .refused(url: url.description, reason: "it redirects to what is not followed: \(reason)")
    case 37: .refused(url: url.description, reason: "there is no such file that can be read")
    case 60, 77, 83:
      .refused(url: url.description, reason: "its certificate is not trusted: \(reason)")
    // SIGKILL and SIGTERM by somebody else.
    case 137, 143: .unreachable(url: url.description, reason: "curl was ended by a signal")
    default: .refused(url: url.description, reason: reason)
    }
  }

  /// `curl: (7) Failed to connect` without what is in front.
  static func words(_ complaint: [UInt8]) -> String {
    let line = complaint.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d })
      .map { String(decoding: $0, as: UTF8.self) }.last { $0.hasPrefix("curl: ") }
    guard let line else { return "" }
    let words = line.dropFirst(6)
    guard words.hasPrefix("("), let end = words.firstIndex(of: ")") else { return String(words) }
    return String(words[words.index(after: end)...].drop { $0 == " " }.prefix(300))
  }
}
