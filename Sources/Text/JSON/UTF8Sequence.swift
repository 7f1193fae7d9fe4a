// Text/JSON: where characters begin and end.
// SPDX-License-Identifier: Apache-2.0

/// Characters of UTF-8, as bytes.
package enum UTF8Sequence {
  /// How many bytes the first character takes; 0 when the bytes do not begin with one.
  package static func length(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    let length =
      switch first {
      case 0x00..<0x80: 1
      case 0xc2..<0xe0: 2
      case 0xe0..<0xf0: 3
      case 0xf0..<0xf5: 4
      default: 0
      }
    // Overlong forms, surrogates and what is beyond Unicode are none.
    return length > 0 && String(validating: bytes.prefix(length), as: UTF8.self) != nil ? length : 0
  }
}
