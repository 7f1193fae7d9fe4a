// System: SHA-256.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Text

/// SHA-256 of bytes that come in pieces (FIPS 180-4, section 6.2).
///
/// By the processor's own instructions where it has them.
package struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var blocks = BlockBuffer(blockSize: 64)
  private let mayBeQuick: Bool

  /// - Parameter mayBeQuick: `false`: by plain code, whatever the processor has.
  package init(mayBeQuick: Bool = true) { self.mayBeQuick = mayBeQuick }

  /// Whether this processor has instructions for it.
  package static var isQuick: Bool { clinux_sha256_is_quick() != 0 }

  /// Takes the next bytes.
  package mutating func update(_ bytes: ArraySlice<UInt8>) {
    unsafe blocks.take(bytes) { (base, count) in
      unsafe clinux_sha256(&state, base, count, mayBeQuick ? 1 : 0)
    }
  }

  /// The digest of all bytes so far, 32 bytes; more may follow.
  package func finish() -> [UInt8] {
    var copy = self
    copy.update(blocks.padding(lengthBytes: 8)[...])
    return copy.state.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) }
    }
  }

  /// ``finish()`` as 64 hexadecimal digits in lower case.
  package var hex: String { Hex.text(finish()) }

  /// The digest of bytes that are all there.
  package static func hex(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(bytes[...])
    return hash.hex
  }
}
