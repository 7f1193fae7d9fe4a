// Boot/Template: what many formats ask of a value.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What many formats ask of a value.
enum TemplateCheck {
  /// Refuses a value that would not stay on its line, or that a reader might not take.
  ///
  /// - Parameter hint: what to write instead, as the end of the sentence.
  static func line(
    _ value: String, _ place: TemplatePlace, hint: String = ""
  ) throws(TemplateError) {
    // A byte below 0x20 or beyond ASCII is rare, so it alone is looked at twice.
    let isPlain = value.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7f) || $0 == 0x09 }
    if isPlain { return }
    let isBad = value.unicodeScalars.contains { $0 != "\t" && ControlCharacters.contains($0) }
    if isBad {
      throw place.error(
        "its value holds a line break or control character, which cannot stand here" + hint)
    }
  }

  /// Whether a value is a word that no shell and no installer takes for anything but itself.
  ///
  /// Our own URLs have one question mark, which no file's name will match.
  static func isPlain(_ value: String, _ place: TemplatePlace) -> Bool {
    value.utf8.allSatisfy { isPlain($0) || ($0 == UInt8(ascii: "?") && place.isURL) }
  }

  static func isPlain(_ byte: UInt8) -> Bool {
    if ASCII.isAlphanumeric(byte) { return true }
    switch byte {
    case UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "="): return true
    // + , - . / and :
    case 0x2b...0x2f, UInt8(ascii: ":"): return true
    default: return false
    }
  }

  /// Refuses a value that makes a script of a text that is none.
  static func start(_ cursor: TemplateCursor) throws(TemplateError) {
    guard let (value, place) = cursor.upcoming, let first = cursor.text.first else { return }
    let isScript =
      first == TemplateCursor.hole && value.string.hasPrefix("#!")
      || cursor.text.starts(with: [UInt8(ascii: "#"), TemplateCursor.hole])
        && value.string.hasPrefix("!")
    if isScript { throw place.error("its value would make a script of the file") }
  }
}
