// Boot/Check/CloudConfig: secrets that everyone could read.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Private keys in a text (RFC 7468 section 2), one finding for each that begins.
package enum PrivateKeys {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = "PRIVATE KEY"

  static func check(_ bytes: [UInt8], _ report: inout CloudConfigReport) {
    each(in: bytes) { report.add($0, .warning, rule, sentence) }
  }

  /// The same for files of any other kind.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var found: [Finding] = []
    each(in: bytes) { found.append(Finding(file: file, $0, .warning, rule, sentence)) }
    return found
  }

  private static let rule = "private-key"
  private static let sentence =
    "a private key stands here, and whoever asks for the file can read it; let the machine make its own"

  private static func each(in bytes: [UInt8], _ body: (FilePlace) -> Void) {
    var locator = YAMLLocator(bytes)
    var index = 0
    while index + begin.count < bytes.count {
      guard bytes[index] == begin[0], bytes[index...].starts(with: begin) else {
        index += 1
        continue
      }
      let start = index
      index += begin.count
      let label = bytes[index...].prefix(40).prefix {
        $0 == 0x20 || ASCII.isDigit($0) || $0 &- 0x41 < 26
      }
      let text = String(decoding: label, as: UTF8.self)
      guard text.hasSuffix(end) || text.hasSuffix(end + " BLOCK"),
        bytes[label.endIndex...].starts(with: "-----".utf8)
      else { continue }
      body(locator.position(at: start).place)
    }
  }
}
