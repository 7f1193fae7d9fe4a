// BootServerTests: signatures that gpg made, checked by gpgv.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

private let needs = Needs([.gpg, .gpgv], root: false)

@Suite("A signature", .needs(needs))
struct SignatureCheckTests {
  private static var text: Data { Data("digest  file\n- dash\n".utf8) }

  private static func lines(_ report: SignatureCheck.Report) -> [String] {
    String(decoding: report.status, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private static func words(_ report: SignatureCheck.Report) -> [String] {
    lines(report).map { String($0.split(separator: " ")[1]) }
  }

  @Test func `around a text gives the text, and says whose it is`() throws {
    let key = try SigningKey()
    let other = try SigningKey()
    let check = try SignatureCheck(keyrings: [other.keyring, key.keyring])
    let report = try check.clearSigned(key.sign(Self.text, ["--clear-sign"]))
    #expect(Data(report.text) == Self.text && report.exit == 0)
    #expect(Self.lines(report).contains { $0.hasPrefix("[GNUPG:] VALIDSIG \(key.fingerprint) ") })
  }

  @Test func `gives nothing of what stands outside of it`() throws {
    let key = try SigningKey()
    let signed = try key.sign(Self.text, ["--clear-sign"])
    let report = try SignatureCheck(keyrings: [key.keyring])
      .clearSigned(signed + Array("evil  file\n".utf8))
    #expect(!String(decoding: report.text, as: UTF8.self).contains("evil"))
    #expect(throws: SignatureError.notClearSigned) {
      try SignatureCheck(keyrings: [key.keyring]).clearSigned(Array("evil  file\n".utf8) + signed)
    }
  }

  @Test func `by another key, or of another text, says so`() throws {
    let (key, other) = try (SigningKey(), SigningKey())
    let check = try SignatureCheck(keyrings: [key.keyring])
    let foreign = try check.clearSigned(other.sign(Self.text, ["--clear-sign"]))
    #expect(Self.words(foreign).contains("NO_PUBKEY") && foreign.exit != 0)
    let signed = String(decoding: try key.sign(Self.text, ["--clear-sign"]), as: UTF8.self)
    let changed = try check.clearSigned(
      Array(signed.replacingOccurrences(of: "digest", with: "Digest").utf8))
    #expect(Self.words(changed).contains("BADSIG") && !Self.words(changed).contains("VALIDSIG"))
  }

  @Test(arguments: [[], ["--armor"]])
  func `beside a file is checked, however large the file`(armour: [String]) throws {
    let key = try SigningKey()
    let check = try SignatureCheck(keyrings: [key.keyring])
    let content = Data(count: 3_000_000)
    let signature = try key.sign(content, armour + ["--detach-sign"])
    let directory = try TemporaryDirectory()
    try directory.write("image", content)
    let file = try OpenFolder(path: directory.path).file("image")
    let report = try check.detached(signature, of: file)
    #expect(Self.words(report).contains("VALIDSIG") && report.exit == 0 && report.text.isEmpty)
    let other = try check.detached(signature, of: Array(content.dropLast()))
    #expect(Self.words(other).contains("BADSIG") && other.exit != 0)
  }

  /// gpgv 2.2's exit status is 0 then.
  @Test func `by an expired key says so in its status lines`() throws {
    let key = try SigningKey(expires: "20200201T000000", at: "20200101T000000!")
    let signed = try key.sign(
      Self.text, ["--faked-system-time", "20200102T000000!", "--clear-sign"])
    let report = try SignatureCheck(keyrings: [key.keyring]).clearSigned(signed)
    #expect(Self.words(report).contains("EXPKEYSIG"))
  }

  @Test func `that is none says so`() throws {
    let check = try SignatureCheck(keyrings: [])
    let report = try check.detached(Array("none".utf8), of: Array("text".utf8))
    #expect(report.exit != 0 && !Self.words(report).contains("VALIDSIG"))
    #expect(!report.complaint.isEmpty)
  }
}
