// BootTests/Check: reading base64.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("Base64")
struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"),
  ])
  func `is read as RFC 4648 section 10 has it`(text: String, bytes: String) throws {
    #expect(try Base64.read(Array(text.utf8)[...]).get() == Array(bytes.utf8))
  }

  @Test(arguments: [
    ("Zm9-", 3), ("Z m9v", 1), ("Zg=", 3), ("Zg", 2), ("Z", 1), ("Zg==Zg==", 4), ("Zm9v=", 4),
    ("Zm8==", 4), ("=", 0), ("====", 0), ("Zg=a", 3),
  ])
  func `has the place of its first fault`(text: String, offset: Int) {
    let bytes = Array("--".utf8) + Array(text.utf8)
    guard case .failure(let fault) = Base64.read(bytes[2...]) else {
      Issue.record("it was read")
      return
    }
    #expect(fault.offset == offset)
  }
}
