// Boot/Check/CloudConfig: whether bytes are a gzip file.
// SPDX-License-Identifier: Apache-2.0

/// Looks at a gzip file's head and length (RFC 1952 section 2.3); nothing is unpacked.
enum GzipCheck {
  /// Whether there is a head and room for the rest.
  static func isWhole(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1f, 0x8b, 8]) && bytes.count >= 20
  }
}
