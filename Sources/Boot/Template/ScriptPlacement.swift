// Boot/Template: values in a shell script.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Values in a shell script: only what no shell takes for anything but itself.
enum ScriptPlacement {
  static func place(_ pieces: [TemplatePiece]) throws(TemplateError) -> [UInt8] {
    var result: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .value(let value, let place):
        // Our own URLs have one question mark, which no file's name will match.
        let isURL = place.name.hasSuffix("_url")
        let plain = value.string.utf8.allSatisfy {
          ASCII.isAlphanumeric($0) || "_./:@%+=,-".utf8.contains($0)
            || (isURL && $0 == UInt8(ascii: "?"))
        }
        guard plain else {
          throw place.error(
            "its value holds characters that mean something to a shell; a script takes letters,"
              + " digits and _./:@%+=,- only")
        }
        result += value.string.utf8
      }
    }
    return result
  }
}
