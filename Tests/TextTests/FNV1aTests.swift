// TextTests: a short hash of bytes.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("FNV-1a")
struct FNV1aTests {
  /// Of 64 bits, as its authors give them.
  @Test(
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func `is as its authors have it`(text: String, hash: UInt64) {
    #expect(FNV1a.hash(text.utf8) == hash)
  }
}
