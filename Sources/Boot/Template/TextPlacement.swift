// Boot/Template: values in a text of no known format.
// SPDX-License-Identifier: Apache-2.0

/// Values in a text of no known format: each stays on its line.
enum TextPlacement {
  static func place(_ cursor: TemplateCursor) throws(TemplateError) -> [UInt8] {
    var cursor = cursor
    while let byte = cursor.next {
      guard byte == TemplateCursor.hole else {
        cursor.copy()
        continue
      }
      let (value, place) = cursor.take()
      try TemplateCheck.line(value.string, place)
      cursor.result += value.string.utf8
    }
    return cursor.result
  }
}
