// BootTests: public keys that let nobody in.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A public key")
struct SSHKeyCheckTests {
  static let good =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  /// 1024 bits.
  static let weak =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM"
    + "zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM"
    + "zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzA=="

  static func findings(_ text: String) -> [Finding] {
    SSHKeyCheck.findings(Array(text.utf8), file: "sshkeys/a.pub")
  }

  @Test(arguments: [
    good, good + " me@here\n", "  " + good + "\r\n", "# mine\n" + good + "\n",
    "no-pty,no-X11-forwarding " + good,
  ])
  func `that sshd takes is fine`(text: String) {
    #expect(Self.findings(text).isEmpty, "\(Self.findings(text))")
  }

  @Test(arguments: [
    ("", 1, "holds no key"), (" \n", 1, "holds no key"),
    ("ssh-ras AAAA me", 1, "no type of key is \"ssh-ras\"; is it \"ssh-rsa\"?"),
    ("hello", 1, "no type of key is \"hello\"; a key begins with"),
    ("ssh-ed25519", 1, "nothing follows"),
    ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI!AA me", 38, "none of base64"),
    ("ssh-ed25519 AAAAC me", 13, "cut short"),
    ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA me", 13, "cut short"),
    ("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAAA", 9, "not of the type"),
    ("ssh-ed25519-cert-v01@openssh.com AAAA", 1, "is a certificate"),
    ("ssh-dss AAAA", 1, "sshd refuses ssh-dss"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET", 1, "holds a private key"),
    ("---- BEGIN SSH2 PUBLIC KEY ----", 1, "PuTTY's format"),
    (good + "\n" + good, 1, "holds 2 keys"), ("command=\"ls\" " + good, 1, "double quote"),
    (weak, 9, "bits; sshd wants 2048"),
  ])
  func `that lets nobody in is told of at its place`(text: String, column: Int, sentence: String) {
    let found = Self.findings(text)
    #expect(found.count == 1 && found[0].sentence.contains(sentence), "\(found)")
    #expect(found.first?.place == FilePlace(line: 1, column: column), "\(found)")
    #expect(!found.contains { $0.sentence.contains("SECRET") })
  }
}

@Suite("Places in JSON")
struct JSONPlacesTests {
  static let text = "{\n \"ä\": [1, {\"b\\n\": \"x\"}],\n \"c\" : {\"d\":null, \"d\": [[]]} }"

  @Test(
    arguments: [
      ([], nil, (1, 1)), ([.key("ä")], (2, 2), (2, 7)), ([.key("ä"), .index(0)], nil, (2, 8)),
      ([.key("ä"), .index(1), .key("b\n")], (2, 12), (2, 19)),
      ([.key("c")], (3, 2), (3, 8)), ([.key("c"), .key("d")], (3, 19), (3, 24)),
      ([.key("c"), .key("d"), .index(0)], nil, (3, 25)),
    ] as [([JSONPlaces.Step], (Int, Int)?, (Int, Int))])
  func `are those of the key's quote and the value's first character`(
    path: [JSONPlaces.Step], key: (Int, Int)?, value: (Int, Int)
  ) {
    let place = JSONPlaces(Array(Self.text.utf8)).place(of: path)
    #expect(place?.key == key.map { FilePlace(line: $0.0, column: $0.1) })
    #expect(place?.value == FilePlace(line: value.0, column: value.1))
  }

  @Test(
    arguments: [
      [.key("x")], [.index(0)], [.key("ä"), .index(2)], [.key("c"), .key("d"), .key("e")],
    ] as [[JSONPlaces.Step]])
  func `are none of what is not there`(path: [JSONPlaces.Step]) {
    #expect(JSONPlaces(Array(Self.text.utf8)).place(of: path) == nil)
  }

  @Test func `are harmless in what is no JSON`() {
    for text in [
      "", "{", "[", "{\"a\"", "{\"a\":", "{\"a\\", "[1,", "}", "{\"a\":]}", "\"", "[[[[",
    ] {
      _ = JSONPlaces(Array(text.utf8)).place(of: [.key("a"), .index(0)])
    }
    let error = JSONError(line: 2, column: 4, reason: "")
    #expect(
      JSONPlaces(Array("{\n ä x".utf8)).place(of: error) == FilePlace(line: 2, column: 3))
  }
}
