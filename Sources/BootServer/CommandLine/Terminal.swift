// BootServer/CommandLine: what may reach a terminal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Text of a server or a machine, made fit for a terminal.
enum Terminal {
  /// What a terminal would take for a command, or that turns the text around, is shown as `?`.
  static func harmless(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { BootIdentity.isPrintable($0) ? $0 : "?" }))
  }

  /// JSON that reads back as the same value: such characters are escapes.
  static func json(_ value: JSON) -> String {
    var result = ""
    for scalar in JSONWriter.text(value).unicodeScalars {
      if BootIdentity.isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }

  /// A line on standard error.
  static func note(_ line: String) {
    let bytes = Array("coreos-ipxe-server: \(harmless(line))\n".utf8)
    var done = 0
    while done < bytes.count {
      guard let wrote = try? StandardStream.writeToError(bytes, from: done) else { return }
      done += wrote
    }
  }
}
