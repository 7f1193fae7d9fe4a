// Boot/Check/CloudConfig: how a file's content may be packed.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The packings of `write_files`.
enum CoreOSEncoding {
  /// In the order of the documentation.
  static let names = [
    "base64", "b64", "gz", "gzip", "gz+base64", "gzip+base64", "gz+b64", "gzip+b64",
  ]

  /// Whether a content can be unpacked.
  ///
  /// - Parameter encoding: one of `names`.
  static func fits(_ content: String, _ encoding: String) -> Bool {
    let isBase64 = encoding.hasSuffix("64")
    guard let bytes = isBase64 ? base64(content) : Array(content.utf8) else { return false }
    return encoding.hasPrefix("gz") ? GzipCheck.isWhole(bytes) : true
  }

  /// RFC 4648 section 4 with its padding; line breaks are passed over, and bits behind the last byte
  /// may be anything.
  static func base64(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3)
    var bits: UInt32 = 0
    var digits = 0
    var padding = 0
    for byte in text.utf8 where byte != 0x0a && byte != 0x0d {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      digits += 1
      if digits % 4 == 0 {
        bytes += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
        bytes.append(UInt8(truncatingIfNeeded: bits))
      }
    }
    switch (digits % 4, padding) {
    case (0, 0): return bytes
    case (2, 2): return bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
    case (3, 1):
      return bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
    default: return nil
    }
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
