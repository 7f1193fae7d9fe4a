// Boot/Template: values in a shell script.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a shell script: only what no shell takes for anything but itself.
enum ShellPlacement {
  /// - Parameter reader: who might take a character for something else, as messages say it.
  static func place(
    _ cursor: TemplateCursor, reader: String = "a shell"
  ) throws(TemplateError) -> [UInt8] {
    var cursor = cursor
    while let byte = cursor.next {
      guard byte == TemplateCursor.hole else {
        cursor.copy()
        continue
      }
      let (value, place) = cursor.take()
      cursor.result += try plain(value.string, place, reader: reader).utf8
    }
    return cursor.result
  }

  /// The value, when it is a plain word.
  static func plain(
    _ value: String, _ place: TemplatePlace, reader: String
  ) throws(TemplateError) -> String {
    guard TemplateCheck.isPlain(value, place) else {
      throw place.error(
        "its value holds characters that mean something to \(reader); here it can have letters,"
          + " digits and _./:@%+=,- only")
    }
    return value
  }
}
