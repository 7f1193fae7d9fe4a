// Boot/Template: values in JSON.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in JSON: quoted where they stand bare, escaped where they stand in quotes.
enum JSONPlacement {
  static func place(_ pieces: [TemplatePiece]) throws(TemplateError) -> [UInt8] {
    var result: [UInt8] = []
    var isInString = false
    var isEscaped = false
    for piece in pieces {
      switch piece {
      case .text(let text):
        for byte in text {
          switch byte {
          case UInt8(ascii: "\"") where !isEscaped: isInString.toggle()
          case UInt8(ascii: "\\") where isInString && !isEscaped:
            isEscaped = true
            continue
          default: break
          }
          isEscaped = false
        }
        result += text
      case .value(let value, let place):
        guard !isEscaped else { throw place.error("a backslash stands in front of it") }
        let quoted = JSONWriter.quoted(value.string.utf8)
        switch value {
        case _ where isInString: result += quoted.utf8.dropFirst().dropLast()
        case .bare(let text): result += text.utf8
        case .text: result += quoted.utf8
        }
      }
    }
    return result
  }
}
