// Boot/Script: the key that fits no private key.
// SPDX-License-Identifier: Apache-2.0

/// The key that the example profile comes with: visibly no key of anyone's.
package enum PlaceholderKey {
  /// What it reads; 32 bytes that are not a point on the curve, so no private key fits.
  private static let mark = Array("PLACEHOLDER".utf8)

  /// Whether a key file is the example's.
  package static func isIn(_ content: [UInt8]) -> Bool {
    guard content.count < 1024 else { return false }
    return content.indices.contains { content[$0...].starts(with: mark) }
  }
}
