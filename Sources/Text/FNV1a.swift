// Text: a short hash of bytes.
// SPDX-License-Identifier: Apache-2.0

/// Tells states of one thing apart that nobody forges; anyone can find two texts of one hash.
package enum FNV1a {
  /// 64 bits of FNV-1a.
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
