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
    guard (3..<64).contains(length) else { return nil }
    let word = wrong.lowercased()
    if names.contains(word) { return word }
    let close = names.filter { abs($0.utf8.count - length) <= 3 }
    if let name = close.first(where: { differByOne(word, $0) }) { return name }
    guard let name = Nearest.name(to: word, in: close) else { return nil }
    return Nearest.distance(word, name) * 2 <= length ? name : nil
  }

  /// Whether one letter is missing, added or another, or two neighbours are exchanged.
  static func differByOne(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    let start = zip(left, right).prefix { $0 == $1 }.count
    let (rest, other) = (left[start...], right[start...])
    switch left.count - right.count {
    case 1: return rest.dropFirst() == other
    case -1: return rest == other.dropFirst()
    case 0:
      if rest.dropFirst() == other.dropFirst() { return !rest.isEmpty }
      return rest.count > 1 && rest.prefix(2).elementsEqual(other.prefix(2).reversed())
        && rest.dropFirst(2) == other.dropFirst(2)
    default: return false
    }
  }

  /// `on, off or readonly`.
  static func choice(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.joined() }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
