// Boot/JSON: writing JSON.
// SPDX-License-Identifier: Apache-2.0

/// Writes strings so that every reader reads them back.
package enum JSONWriter {
  /// The text in quotes; escaped are quotes, backslashes and control characters, nothing else.
  ///
  /// - Parameter bytes: what is not UTF-8 becomes U+FFFD.
  package static func quoted(_ bytes: some Sequence<UInt8>) -> String {
    var result = "\""
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
