// Boot/Check/CloudConfig: words of sentences about cloud-configs.
// SPDX-License-Identifier: Apache-2.0

import Text

/// How a file's words get into sentences.
enum CloudConfigText {
  /// In quotes, on one line, and cut where it is long.
  static func quoted(_ text: String) -> String {
    let start = text.unicodeScalars.prefix(61)
    var shown = String(String.UnicodeScalarView(start.prefix(60)))
    if start.count > 60 { shown += "..." }
    return LogText.oneLine(JSONWriter.quoted(shown))
  }

  /// The name that was meant, where that is likely: no more than half of the word is changed.
  ///
  /// - Parameter names: in small letters.
  static func nearest(to wrong: String, in names: [String]) -> String? {
    let length = wrong.utf8.count
    guard length < 64 else { return nil }
    let word = wrong.lowercased()
    let close = names.filter { abs($0.utf8.count - length) <= 3 }
    guard let name = Nearest.name(to: word, in: close) else { return nil }
    return Nearest.distance(word, name) * 2 <= length ? name : nil
  }

  /// Whether one letter is missing, added or another, or two neighbours are exchanged.
  static func differByOne(_ left: String, _ right: String) -> Bool {
    if Nearest.distance(left, right) == 1 { return true }
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    let different = left.indices.filter { $0 < right.count && left[$0] != right[$0] }
    guard left.count == right.count, different.count == 2 else { return false }
    let (one, other) = (different[0], different[1])
    return other == one + 1 && left[one] == right[other] && left[other] == right[one]
  }

  /// `"on", "off" or "readonly"`.
  static func choice(_ values: [String]) -> String {
    let quoted = values.map { "\"\($0)\"" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
    return quoted.dropLast().joined(separator: ", ") + " or " + last
  }
}
