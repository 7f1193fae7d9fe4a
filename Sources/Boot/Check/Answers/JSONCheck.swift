// Boot/Check/Answers: JSON that is not Ignition.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Whether a file is JSON (RFC 8259), as Agama reads its profiles.
package enum JSONCheck {
  /// Finds the first place where it is none.
  ///
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var text = AnswerText(bytes, file: file)
    if text.reportEncoding() { return text.findings }
    do {
      _ = try JSONReader.read(bytes)
    } catch {
      let offset = text.offset(line: error.line, column: error.column)
      if error.reason.hasPrefix("nested") {
        text.report(.note, "json", at: offset, "not checked: it is \(error.reason)")
      } else {
        text.report(.error, "json", at: offset, "not JSON: \(error.reason)")
      }
    }
    return text.findings
  }
}
