// BootTests/Check/CloudConfig: cloud-init's configs.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A cloud-config of cloud-init")
struct CloudInitCheckTests {
  static let ubuntu = """
    users:
      - default
      - {name: ops, sudo: "ALL=(ALL) NOPASSWD:ALL", lock_passwd: false, ssh_authorized_keys: [a b]}
    write_files:
      - {path: /usr/local/bin/x, permissions: '0755', encoding: gz+b64, content: !!binary aGk=}
    runcmd: [[ls, -l], "echo a: b"]
    autoinstall:
      version: 1
      identity: {hostname: a, username: b, password: c}
    my_own_key: [~, 014, 2026-01-31, 1:30]
    base: &base {a: 1}
    more: {<<: *base, b: 2}

    """

  @Test(arguments: [ubuntu, "", "---\nusers: []\n...\n", "# x\n", "~\n", "user: a\n", "hosts: a\n"])
  func `is fine, whatever its keys and values`(body: String) {
    #expect(said(body: body, .cloudInit) == [])
  }

  @Test(arguments: [
    ("- a\n", "2:1 error wrong-type the file must be a mapping, and is a list"),
    (
      "users:a\n",
      "2:1 error wrong-type the file must be a mapping, and is \"users:a\"; is a blank missing behind a"
        + " colon?"
    ),
    ("a:\n\tb: c\n", "3:2 error yaml a tab cannot indent; use spaces"),
    (
      "a: {{ b }}\n",
      "2:5 error yaml brackets stand where a key should be; put quotes around text with brackets"
    ),
    (
      "a: b\n---\nc: d\n",
      "3:1 error yaml a second document begins here, and cloud-init then refuses both; delete this line"
    ),
    (
      "a: b\n...\nc: d\n",
      "4:1 error yaml text follows behind the line \"...\", which ends the file; delete the one or the"
        + " other"
    ),
    ("a: !x b\n", "2:7 error yaml cloud-init does not know the tag \"!x\"; leave it out"),
    ("a: [=]\n", "2:5 error yaml \"=\" makes no value as it stands; put it in quotes"),
    (
      "2026-13-01: a\n",
      "2:1 error yaml \"2026-13-01\" makes no value as it stands; put it in quotes"
    ),
    ("a: <<\n", "2:4 error yaml \"<<\" makes no value as it stands; put it in quotes"),
  ])
  func `is refused where cloud-init refuses it`(body: String, finding: String) {
    #expect(said(body: body, .cloudInit) == [finding])
  }

  @Test(arguments: [
    ("a:\tb\n", "2:3"), ("a: b\tc\n", "2:5"), ("a: \"b\"\t\n", "2:7"), ("a: b\n\t\nc: d\n", "3:1"),
    ("a: b\t# c\n", "2:5"), ("a: [b,\tc]\n", "2:7"), ("a: b#\tc\n", "2:6"),
  ])
  func `has no tabs, as PyYAML wants it`(body: String, place: String) {
    #expect(
      said(body: body, .cloudInit) == [
        "\(place) error yaml cloud-init refuses a tab here; put a space in its place"
      ])
    #expect(!said(body: body).contains { $0.contains("error") })
  }

  @Test(arguments: [
    "a: \"b\tc\"\n", "a: 'b\tc'\n", "a: |\n  b\tc\n  \td\n\ne: f\n", "a: b # c\td\n",
    "#\t\na: >\n  \tb\n",
  ])
  func `may have tabs in quotes, blocks and comments`(body: String) {
    #expect(said(body: body, .cloudInit) == [])
  }

  @Test func `has each key once`() {
    #expect(
      said(body: "a: {b: 1, \"b\": 2}\na: 3\n", .cloudInit) == [
        "2:11 warning duplicate-key \"b\" stands at line 2 already, and only the last one counts",
        "3:1 warning duplicate-key \"a\" stands at line 2 already, and only the last one counts",
      ])
  }

  @Test(arguments: [
    ("runcmds", "runcmd"), ("package", "packages"), ("write-files", "write_files"),
    ("pakcages", "packages"), ("Users", "users"), ("ssh-authorized-keys", "ssh_authorized_keys"),
  ])
  func `is told of keys that are clearly misspelt`(key: String, meant: String) {
    #expect(
      said(body: "\(key): []\n", .cloudInit) == [
        "2:1 warning unknown-key \"\(key)\" is no key of cloud-init; did you mean \"\(meant)\"?"
      ])
  }

  @Test(arguments: CloudInitKeys.names)
  func `has every key that it knows`(key: String) {
    #expect(said(body: "\(key): []\n", .cloudInit) == [])
  }
}

@Suite("A private key in a cloud-config")
struct PrivateKeyTests {
  static let sentence =
    "a private key stands here, and whoever asks for the file can read it; let the machine make its own"

  @Test(arguments: ["", "RSA ", "OPENSSH ", "EC ", "ENCRYPTED "])
  func `is told where it begins`(kind: String) {
    let key = "-----BEGIN \(kind)PRIVATE KEY-----"
    let body = "hostname: a\nwrite_files:\n  - content: |\n      é \(key)\n      MIIE\n"
    let finding = ["5:9 warning private-key \(Self.sentence)"]
    #expect(said(body: body) == finding)
    #expect(said(body: body, .cloudInit) == finding)
    #expect(said("#!/bin/sh\n#\n#\n#\n      é \(key)\n") == finding)
  }

  @Test(arguments: [
    "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "BEGIN PRIVATE KEY",
    "-----BEGIN PRIVATE KEY", "-----BEGIN ", "-----END PRIVATE KEY-----",
  ])
  func `is nothing else`(text: String) { #expect(said("#!/bin/sh\n\(text)") == []) }

  @Test func `is told each time`() {
    let key = "-----BEGIN PRIVATE KEY-----\n"
    #expect(said("#!/bin/sh\n" + key + key).map { $0.prefix(3) } == ["2:1", "3:1"])
  }
}
