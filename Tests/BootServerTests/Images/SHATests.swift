// BootServerTests: SHA-256 and SHA-512 against the standard and against coreutils.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@Suite("A digest of SHA-2")
struct SHATests {
  /// FIPS 180-4's examples, as NIST publishes them (SHA256.pdf, SHA512.pdf), and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `of 256 bits is the standard's`(text: String, digest: String) {
    for mayBeQuick in [true, false] {
      var hash = SHA256(mayBeQuick: mayBeQuick)
      hash.update(Array(text.utf8)[...])
      #expect(hash.hex == digest)
    }
  }

  @Test(arguments: [
    (
      "abc",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
        + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
        + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
    ),
  ])
  func `of 512 bits is the standard's`(text: String, digest: String) {
    #expect(SHA512.hex(of: Array(text.utf8)) == digest)
  }

  /// Every length around the edges of a block and of its length field, in pieces of any size.
  @Test func `is what coreutils say, whatever the length and the pieces`() throws {
    let directory = try TemporaryDirectory()
    let lengths = [0, 1, 3] + Array(54...66) + Array(110...130) + [191, 192, 255, 256, 1_000_000]
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7 ^ $0) }
    for length in lengths { try directory.write("\(length)", Data(bytes[..<length])) }
    func known(_ program: String) throws -> [Substring] {
      try Program.run(program, lengths.map(String.init), directory: directory.path)
        .output.split(separator: "\n").map { $0.prefix { $0 != " " } }
    }
    let (known256, known512) = try (known("/usr/bin/sha256sum"), known("/usr/bin/sha512sum"))
    for (index, length) in lengths.enumerated() {
      for step in [1, 63, 64, 65, 127, 128, 100_000] where length / step < 20_000 {
        var hashes = (SHA256(), SHA256(mayBeQuick: false), SHA512())
        for start in stride(from: 0, to: length, by: step) {
          let piece = bytes[start..<min(start + step, length)]
          hashes.0.update(piece)
          hashes.1.update(piece)
          hashes.2.update(piece)
        }
        #expect(hashes.0.hex == known256[index], "\(length) bytes by \(step)")
        #expect(hashes.1.hex == known256[index], "\(length) bytes by \(step)")
        #expect(hashes.2.hex == known512[index], "\(length) bytes by \(step)")
      }
    }
  }

  @Test func `can be had on the way`() {
    var hash = SHA256()
    hash.update([0x61])
    #expect(hash.hex == SHA256.hex(of: [0x61]))
    hash.update([0x62, 0x63])
    #expect(hash.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
