// BootTests/Images: versions and processors.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A version of an operating system")
struct ImageVersionTests {
  @Test(arguments: [
    ("1298.6.0", "1353.8.0"), ("24.04.1", "24.04.2"), ("9", "10"), ("9.9", "9.10"),
    ("40.20240709.3.0", "40.20240728.3.0"), ("40.20240709.3.0", "41.20240101.1.0"),
    ("1.0~rc1", "1.0"), ("1.0~~", "1.0~"), ("1.0", "1.0.1"), ("1.0", "1.0a"), ("1.0a", "1.0b"),
    ("1.0a", "1.0+1"), ("v1.9.5", "v1.11.0"), ("20230607", "20230607+deb12u1"),
    ("20230607+deb12u9", "20230607+deb12u12"), ("1.00", "1.01"), ("1.0", "1.00"),
    ("99999999999999999999998", "99999999999999999999999"),
  ])
  func `is below the next one`(lower: String, higher: String) throws {
    let (one, two) = (try #require(ImageVersion(lower)), try #require(ImageVersion(higher)))
    #expect(one < two)
    #expect(!(two < one))
    #expect(!(one < one))
  }

  @Test(arguments: ["4593.2.2", "1", "v1.11.3", "20230607+deb12u12", "2026.11.01", "a_b~c-d"])
  func `is this`(text: String) {
    #expect(ImageVersion(text)?.description == text)
  }

  @Test(arguments: [
    "", ".", "..", "-1", "~1", "+1", "_1", "1/2", "../1", "1 2", "1\n", "1\0", "é", "1é",
    String(repeating: "1", count: 65),
  ])
  func `is not this`(text: String) {
    #expect(ImageVersion(text) == nil)
  }

  @Test func `may be 64 bytes long`() {
    #expect(ImageVersion(String(repeating: "1", count: 64)) != nil)
  }

  @Test func `is for a processor that has two usual names`() {
    #expect(ImageArch.usual("x86_64") == "amd64")
    #expect(ImageArch.usual("arm64") == "arm64")
    #expect(ImageArch.usual("mips") == "mips")
    #expect(ImageArch.kernel("amd64") == "x86_64")
    #expect(ImageArch.kernel("aarch64") == "aarch64")
    #expect(ImageArch.kernel("s390x") == "s390x")
    #expect(ImageArch.kernel("mips") == "mips")
    #expect(ImageArch.isSame("x86_64", "amd64"))
    #expect(!ImageArch.isSame("arm64", "amd64"))
  }
}
