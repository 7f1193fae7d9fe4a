// BootTests/Check: files of public keys.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Testing
import Text

/// Keys made for these tests with `ssh-keygen`; nobody has the other halves.
private enum Key {
  static let ed25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKG9i7btaMjOZ/ReojKnnzeQR/N0WyK9ThgdebnyG7Qf"
  static let ecdsa =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBPVX4W1YU9j30JSX7KLvR12n"
    + "DUnFf+u1mbEzutjv1xdE8YS9jCV2OExWEl8QrFdY6/E25I3ZIaOpLwkGiIRvLHI="
  static let rsa1024 =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQCs2WS+3HMEfcy1Wc5xKPvG2cnELewV/IifNHRrTJUQmAgJJIGcT/5El+5+"
    + "B7e/DZSm8SKPWHSqQFYjZAZ6blvcIUaxr9MgsdxBZJpm6dL1zT0/kTtN6QBlJGcyBDpCMdDN9TKvEEoOMTli5rTTDcwHQ9ps"
    + "m+mbJETil30CWYwqdw=="

  /// A key of a type with these fields.
  static func made(_ type: String, inner: String? = nil, _ fields: [UInt8]..., more: [UInt8] = [])
    -> String
  {
    var blob: [UInt8] = []
    for field in [Array((inner ?? type).utf8)] + fields {
      blob += [0, 0, UInt8(field.count >> 8), UInt8(field.count & 255)] + field
    }
    return type + " " + base64(blob + more)
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      bits &= 0xffffff
      for index in 0..<4 {
        text += index <= group.count ? String(digits[bits >> (18 - 6 * index) & 63]) : "="
      }
    }
    return text
  }

  static func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 4, count: count) }
}

@Suite("The check of a public key's file")
struct SSHKeyCheckTests {
  private func rules(_ text: String) -> [String] {
    SSHKeyCheck.findings(Array(text.utf8), file: "sshkeys/a.pub").map {
      "\($0.severity.rawValue) \($0.place.map { "\($0.line):\($0.column)" } ?? "-") \($0.rule)"
    }
  }

  @Test(arguments: [
    Key.ed25519, Key.ed25519 + " a@b\n", "\n# mine\n\(Key.ecdsa) a b c\n\n", "  \(Key.ed25519)\t\n",
    "no-pty,no-X11-forwarding \(Key.ed25519) a",
    Key.made("sk-ssh-ed25519@openssh.com", Key.bytes(32), Array("ssh:".utf8)),
    Key.made("ecdsa-sha2-nistp521", Array("nistp521".utf8), Key.bytes(133)),
    Key.made("ssh-rsa", [1, 0, 1], Key.bytes(257)),
  ])
  func `says nothing of a good key`(text: String) { #expect(rules(text) == []) }

  @Test(arguments: [
    ("", "warning 1:1 no-key"), (" \n\n", "warning 1:1 no-key"),
    ("ssh-ed25518 AAAA", "error 1:1 unknown-type"),
    ("AAAAC3NzaC1lZDI1NTE5", "error 1:1 unknown-type"),
    ("\nhello\n", "error 2:1 unknown-type"), ("ssh-ed25519", "error 1:1 bad-base64"),
    ("ssh-ed25519 AAAA*AAA a", "error 1:17 bad-base64"),
    ("ssh-ed25519 AAAAC3N a", "error 1:20 bad-base64"),
    ("ssh-ed25519 AAAA a", "error 1:13 bad-key"),
    ("ssh-ed25519-cert-v01@openssh.com AAAA", "error 1:1 old-type"),
    ("\u{feff}\(Key.ed25519)", "error 1:1 byte-order-mark"),
    ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END", "error 1:1 bad-format"),
    ("-----BEGIN PUBLIC KEY-----\nMFkw\n", "error 1:1 bad-format"),
    ("PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\n", "error 1:1 private-key"),
    ("\n# x\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "error 3:1 private-key"),
    ("a-b -----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "error 1:1 private-key"),
    (Key.ed25519 + " a\r\n", "warning 1:83 line-end"),
    ("\(Key.ed25519) a\n\(Key.ecdsa) b\n", "error 2:1 many-keys"),
    (Key.rsa1024, "warning 1:9 weak-key"),
    ("command=\"a b\" \(Key.ed25519)", "error 1:1 options"),
    (Key.made("ssh-ed25519", inner: "ssh-rsa", Key.bytes(32)), "error 1:1 wrong-type"),
    (Key.made("ssh-ed25519", Key.bytes(31)), "error 1:13 bad-key"),
    (Key.made("ssh-ed25519", Key.bytes(32), more: [0]), "error 1:13 bad-key"),
    (Key.made("ssh-rsa", [1, 0, 1]), "error 1:9 bad-key"),
    (Key.made("ecdsa-sha2-nistp256", Array("nistp384".utf8), Key.bytes(65)), "error 1:21 bad-key"),
    (Key.made("ssh-dss", [1], [1], [1], [1]), "warning 1:1 old-type"),
  ])
  func `points at the fault`(text: String, rule: String) { #expect(rules(text) == [rule]) }

  @Test func `knows the example's key`() throws {
    let text = try Repository.text("sshkeys/development.pub")
    #expect(rules(text) == ["warning 1:1 placeholder-key"])
  }

  @Test func `says what was meant`() {
    let sentences = ["ssh-ed2519 AAAA", Key.made("ssh-rsa", inner: "ssh-ed25519", Key.bytes(32))]
      .map {
        SSHKeyCheck.findings(Array($0.utf8), file: "a").map(\.sentence)
      }
    #expect(
      sentences == [
        ["\"ssh-ed2519\" is no type of key; did you mean \"ssh-ed25519\"?"],
        [
          "the type is ssh-rsa, but the key is ssh-ed25519; copy the whole line of the .pub file again"
        ],
      ])
  }

  @Test func `repeats nothing of a private key`() {
    let body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"
    for head in [
      "-----BEGIN OPENSSH PRIVATE KEY-----\n", "PuTTY-User-Key-File-2: x\n", "", "ssh-ed25519 ",
    ] {
      let text = head + "\(body)\n\(body)\nQNkZWYhbGljZQ==\n"
      let findings = SSHKeyCheck.findings(Array(text.utf8), file: "a")
      #expect(findings.contains { $0.severity == .error })
      #expect(!findings.contains { $0.sentence.contains("b3Blb") || $0.sentence.contains("QNkZ") })
    }
  }

  @Test(arguments: [
    "", "\n", "# a", "# a\n# b", "a\"b", Key.ed25519 + " \"x\"", "\(Key.ed25519)\r\(Key.ed25519)",
    "ssh-ed25519 ${x}", "\u{0}", "\u{feff}a", "\(Key.ed25519) ${a}", "-----BEGIN PRIVATE KEY-----",
    "command=\"x\" \(Key.ed25519)", "a\u{b}b",
  ])
  func `has an error wherever the server refuses the file`(text: String) {
    let bytes = Array(text.utf8)
    let isRefused: Bool
    do {
      _ = try SSHKey(content: bytes, file: "a")
      isRefused = false
    } catch {
      isRefused = true
    }
    let hasError = SSHKeyCheck.findings(bytes, file: "a").contains { $0.severity == .error }
    #expect(hasError || !isRefused)
  }

  @Test func `takes anything`() {
    for _ in rounds(3000) {
      var bytes = Array("no-pty \(Key.ed25519) a\r\n\(Key.ecdsa)\n".utf8)
      for _ in 0..<3 { bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255) }
      let findings = SSHKeyCheck.findings(
        Array(bytes.prefix(Int.random(in: 0...bytes.count))), file: "a")
      #expect(findings.allSatisfy { LogText.oneLine($0.sentence) == $0.sentence })
    }
  }
}
