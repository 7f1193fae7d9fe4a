// Boot/Check/CloudConfig: secrets that everyone could read.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Private keys in a text (RFC 7468 section 2), one finding for each that begins.
enum PrivateKeys {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = "PRIVATE KEY"

  static func check(_ bytes: [UInt8], _ report: inout CloudConfigReport) {
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
      report.add(
        locator.position(at: start).place, .warning, "private-key",
        "a private key stands here, and whoever asks for the file can read it; let the machine make its own"
      )
    }
  }
}
