// BootTests/Images: key files.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

/// A key with one subkey, made by gpg 2.2 for this test.
private let armored = """
  -----BEGIN PGP PUBLIC KEY BLOCK-----

  mDMEZZIAgBYJKwYBBAHaRw8BAQdA0a4SuNepyBxRO0H1s2d94oXiJFCX1TkK/ob1
  E/PDR7W0GlRlc3QgT25lIDxvbmVAZXhhbXBsZS5vcmc+iJAEExYIADgWIQSYjMO1
  +TLGH2zL8s8v4gYDcL+5FgUCZZIAgAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIX
  gAAKCRAv4gYDcL+5Fj9+AQDhIz7Zv7VGswTC/Xe0qc35UAfjDX9FMHz2MGfE8Kvz
  ngD/bESNnuBhWSIX/qdcA+aSJ51+I4Qn41JAC6XyGEyO7AO4MwRlkgCAFgkrBgEE
  AdpHDwEBB0BKAyT9g16RTJJOfHSlWkqcaaqJTnS7Ko/RZXFVvhSvK4j1BBgWCAAm
  FiEEmIzDtfkyxh9sy/LPL+IGA3C/uRYFAmWSAIACGwIFCQHjLcAAgQkQL+IGA3C/
  uRZ2IAQZFggAHRYhBCtNaqEWLF7VMc6YzWsl/jSATmgzBQJlkgCAAAoJEGsl/jSA
  TmgzYgQBAIlSPDxZEtmMd7kJZw2Pd0uAmKMnRRB6kXjSrJnB456nAQDrK1vL/Onf
  3b+Vq+L9QUPJOdqmwZvi/SDrgitg4uxsAZxOAQDk4cUaEa00TfmbmIR83M60Jduw
  vbtWN+2YFOUTQvotGgEA/VYZfmZiKuOWNXQaoOZjNXTI6axGVkeyLVDlnKrHOQo=
  =tkFu
  -----END PGP PUBLIC KEY BLOCK-----

  """
private let primary = "988CC3B5F932C61F6CCBF2CF2FE2060370BFB916"
private let subkey = "2B4D6AA1162C5ED531CE98CD6B25FE34804E6833"

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("A key file")
struct PublicKeysTests {
  @Test func `in letters has the keys that gpg sees in it`() throws {
    let keys = try PublicKeys(bytes(armored))
    #expect(
      keys.keys == [
        .init(fingerprint: primary, primary: primary), .init(fingerprint: subkey, primary: primary),
      ])
    #expect(keys.has(anyOf: [primary]))
    #expect(keys.has(anyOf: [subkey]))
    #expect(!keys.has(anyOf: [String(repeating: "A", count: 40)]))
    #expect(try PublicKeys(keys.keyring) == keys)
  }

  @Test func `may have headers, CRLF, text around it, no checksum, and several blocks`() throws {
    let keyring = try PublicKeys(bytes(armored)).keyring
    let variants = [
      armored.replacing("\n", with: "\r\n"), armored.replacing("\n", with: " \t\n"),
      armored.replacing("=tkFu\n", with: ""), "a key:\n\n" + armored + "\nbye\n",
      armored.replacing("BLOCK-----\n\nm", with: "BLOCK-----\nVersion: 1\nComment: x\n\nm"),
      armored.replacing("BLOCK-----\n\nm", with: "BLOCK-----\nm"),
      String(armored.dropLast()),
    ]
    for text in variants { #expect(try ASCIIArmor.decoded(bytes(text)) == keyring) }
    #expect(try ASCIIArmor.decoded(bytes(armored + "\n" + armored)) == keyring + keyring)
  }

  @Test(arguments: [
    ("", 1, "the file is empty"), ("x", 1, "there is no -----BEGIN PGP PUBLIC"),
    ("<html>404</html>", 1, "there is no -----BEGIN PGP PUBLIC"),
    (armored.replacing("mDME", with: "mDNE"), 3, "does not match its checksum"),
    (armored.replacing("=tkFu", with: "=tk*u"), 3, "does not match its checksum"),
    (armored.replacing("+TLG", with: "+T LG"), 5, "holds a character that cannot stand there"),
    (armored.replacing("-----END PGP PUBLIC KEY BLOCK-----", with: ""), 1, "no end"),
    (armored + armored.prefix(100), 16, "no end"),
    ("\n" + armored.prefix(60) + "\n" + armored, 2, "no end"),
    ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----", 1, "is empty"),
    ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAA=\n-----END PGP PUBLIC KEY BLOCK-----", 3, "="),
    ("\n-----BEGIN PGP PRIVATE KEY BLOCK-----\n", 2, "this is a private key"),
    (
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----", 1,
      "byte 0"
    ),
  ])
  func `in letters is refused`(text: String, line: Int, message: String) {
    do {
      _ = try PublicKeys(bytes(text))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
      #expect(error.line == line)
    }
  }

  @Test(
    arguments: [
      ([0x98, 0x05, 0x04], "cut short"), ([0x99, 0x00], "cut short"), ([0xc6], "cut short"),
      ([0xc6, 0xe1, 0x00], "cut short"), ([0xc6, 0xff, 0xff, 0xff, 0xff, 0xff], "cut short"),
      ([0x94, 0x01, 0x04], "private key"), ([0xc5, 0x01, 0x04], "private key"),
      ([0xc6, 0x01, 0x06], "no public key"), ([0x98, 0x00], "no public key"),
      ([0xce, 0x01, 0x04], "no public key"), ([0xb4, 0x01, 0x61], "no public key"),
      ([0, 0, 0, 32, 1, 1, 0, 2] + bytes("KBXf") + [0], "keybox"),
    ] as [([UInt8], String)])
  func `in binary is refused`(file: [UInt8], message: String) {
    do {
      _ = try PublicKeys(file)
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func `has packets of all lengths`() throws {
    let body = [UInt8](repeating: 4, count: 300)
    let forms: [[UInt8]] = [
      [0x99, 0x01, 0x2c], [0x9a, 0, 0, 0x01, 0x2c], [0x9b], [0xc6, 0xc0, 0x6c],
      [0xc6, 0xff, 0, 0, 0x01, 0x2c],
    ]
    let wanted = Hex.text(SHA1.digest([0x99, 0x01, 0x2c] + body)).uppercased()
    for form in forms {
      #expect(try PublicKeys.fingerprints(of: form + body)[0].fingerprint == wanted)
    }
  }
}

@Suite("SHA-1, FIPS 180-4")
struct SHA1Tests {
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    (String(repeating: "a", count: 1000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
  ])
  func `gives this digest`(text: String, digest: String) {
    #expect(Hex.text(SHA1.digest(bytes(text))) == digest)
  }
}
