// System: SHA-512.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Text

/// SHA-512 of bytes that come in pieces (FIPS 180-4, section 6.4).
package struct SHA512: Sendable {
  private var state: [UInt64] = [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
  ]
  private var blocks = BlockBuffer(blockSize: 128)

  /// Of no bytes yet.
  package init() {}

  /// Takes the next bytes.
  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    unsafe blocks.take(bytes) { (base, count) in unsafe clinux_sha512(&state, base, count) }
  }

  /// The digest of all bytes so far, 64 bytes; more may follow.
  package func finish() -> [UInt8] {
    var copy = self
    copy.update(blocks.padding(lengthBytes: 16)[...])
    return copy.state.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
    }
  }

  /// ``finish()`` as 128 hexadecimal digits in lower case.
  package var hex: String { Hex.text(finish()) }

  /// The digest of bytes that are all there.
  package static func hex(of bytes: [UInt8]) -> String {
    var hash = SHA512()
    hash.update(bytes[...])
    return hash.hex
  }
}
