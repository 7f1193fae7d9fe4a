// BootTests/Images: digest files.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

private func hex(_ digit: Character, _ count: Int = 64) -> String {
  String(repeating: digit, count: count)
}

@Suite("A digest file")
struct DigestListTests {
  func list(_ text: String) throws -> DigestList { try DigestList(name: "SUMS", Array(text.utf8)) }

  @Test(arguments: [
    "\(hex("a"))  k\n", "\(hex("a")) *k\n", "\(hex("A"))  k", "\(hex("a"))  ./k\r\n",
    "# a comment\n\n\(hex("a"))  k\n\(hex("b"))  other\n", "\\\(hex("a"))  k\n",
    "SHA256 (k) = \(hex("a"))\n", "SHA256(k)= \(hex("a"))\n", "sha256 (./k) = \(hex("a"))\n",
    "# SHA256 HASH\n\(hex("a"))  k\n",
    "# MD5 HASH\n\(hex("1", 32))  k\n# SHA256 HASH\n\(hex("a"))  k",
    "Origin: Debian\nMD5Sum:\n \(hex("1", 32)) 12 k\nSHA256:\n \(hex("a"))   78509 k\n",
    "[checksums]\nk = sha256:\(hex("a"))\n[general]\nk = 1\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# k: 12 bytes\nSHA256 (k) = \(hex("a"))\n",
    "Hash: SHA512\n\n# SHA1 HASH\n\(hex("1", 40))  k\n# SHA256 HASH\n\(hex("a"))  k\n",
    "\(hex("a"))  k\n\(hex("a"))  k\n",
  ])
  func `gives the digest`(text: String) throws {
    #expect(try list(text).digest(of: "k").hex == hex("a"))
    #expect(try list(text).digest(of: "./k").algorithm == .sha256)
  }

  @Test func `gives the strongest one`() throws {
    let text =
      "# SHA512 HASH\n\(hex("c", 128))  k\n# SHA256 HASH\n\(hex("a"))  k\nSHA384 (k) = \(hex("b", 96))\n"
    let list = try list(text)
    #expect(try list.digest(of: "k") == ImageDigest(.sha512, hex: hex("c", 128)))
    #expect(list.count == 1)
  }

  @Test func `names files with backslashes and line ends`() throws {
    let list = try list("\\\(hex("a"))  a\\\\b\\nc\n\\\(hex("b"))  d\\x\n")
    #expect(try list.digest(of: "a\\b\nc").hex == hex("a"))
    #expect(list.count == 1)
  }

  @Test func `finds a path, or the one file of that name`() throws {
    let list = try list(
      "\(hex("a"))  ./cdrom/linux\n\(hex("b"))  ./netboot/amd64/linux\n\(hex("c"))  x/initrd\n")
    #expect(try list.digest(of: "netboot/amd64/linux").hex == hex("b"))
    #expect(try list.digest(of: "images/netboot/amd64/linux").hex == hex("b"))
    #expect(try list.digest(of: "amd64/linux").hex == hex("b"))
    #expect(try list.digest(of: "initrd").hex == hex("c"))
    let names = ["cdrom/linux", "netboot/amd64/linux"]
    #expect(throws: DigestError.ambiguous(list: "SUMS", file: "linux", names: names)) {
      try list.digest(of: "linux")
    }
  }

  @Test(arguments: [
    "", "\n", "<html>", "\(hex("a"))", "\(hex("a"))  ", "\(hex("a", 63))  k", "\(hex("g"))  k",
    "\(hex("1", 32))  k", "\(hex("1", 40))  k", "MD5 (k) = \(hex("1", 32))",
    "SHA256 (k) = \(hex("a", 63))", "SHA256 (k) \(hex("a"))", "SHA512 (k) = \(hex("a"))",
    "# SHA3-256 HASH\n\(hex("a"))  k", "# BLAKE2B HASH\n\(hex("a", 128))  k",
    "SHA256:\n \(hex("a")) x k", "SHA1:\n \(hex("a")) 12 k", " \(hex("a")) 12 k",
    "SHA256:\n \(hex("a")) 12 k2", "k = sha256:\(hex("a"))",
    "[checksums]\n[x]\nk = sha256:\(hex("a"))",
    "[checksums]\nk = md5:\(hex("a", 32))", "\(hex("a"))  K",
  ])
  func `lists no such file`(text: String) throws {
    let error = #expect(throws: DigestError.notListed(list: "SUMS", file: "k")) {
      try list(text).digest(of: "k")
    }
    #expect(error?.description.contains("SUMS has no SHA-256 or SHA-512 digest of k") == true)
  }

  @Test func `with two digests of one file is refused whole`() {
    let error = DigestError.twoDigests(list: "SUMS", file: "k", .sha256)
    for text in [
      "\(hex("a"))  k\n\(hex("b"))  k\n", "\(hex("a"))  k\n\(hex("b")) *./k\n",
      "\(hex("a"))  k\nSHA256 (k) = \(hex("b"))\n\(hex("a"))  k\n",
    ] {
      #expect(throws: error) { try list(text) }
    }
  }

  @Test func `is read to a limit`() {
    let error = DigestError.tooLong(list: "SUMS")
    #expect(throws: error) { try list(String(repeating: "\n", count: 200_001)) }
    #expect(throws: Never.self) { try list(String(repeating: "\n", count: 200_000)) }
    #expect(throws: error) {
      try DigestList(name: "SUMS", [UInt8](repeating: 0x20, count: 8 << 20 | 1))
    }
  }
}
