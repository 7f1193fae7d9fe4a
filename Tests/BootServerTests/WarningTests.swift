// BootServerTests: mistakes in a data directory, each named before a machine boots it.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import Foundation
import TestSupport
import Testing

@Suite("A mistake in the data directory", .waits)
struct WarningTests {
  static let mark = "\u{feff}"
  static let files = [
    "profiles/good.json": #"{"version":"1","cloud_config":"good"}"#,
    "configs/good.yml": "#cloud-config\n",
    "images/amd64-usr/1/coreos_production_pxe.vmlinuz": "k",
    "images/amd64-usr/1/coreos_production_pxe_image.cpio.gz": "i",
    "profiles/config.json": #"{"version":"1","cloud_config":"god"}"#,
    "profiles/ignition.json": #"{"os":"flatcar","version":"2","ignition":"good"}"#,
    "profiles/version.json": #"{"version":"2"}"#,
    "profiles/key.json": #"{"version":"1","ingition":"good"}"#,
    "profiles/marked.json": mark + #"{"version":"1"}"#,
    "profiles/note.json": #"{"version":"1","note":"mine","comment":"x"}"#,
    "profiles/bom.json": #"{"version":"1","cloud_config":"bom"}"#, "configs/bom.yml": mark + "#c\n",
    "images/k": "k",
  ]

  @Test(arguments: [
    ("config", "profiles/config.json names configs/god.yml, which is not there; is it good.yml?"),
    (
      "ignition",
      "profiles/ignition.json names configs/good.ign, which is not there; is it good.yml?"
    ),
    ("version", "images/amd64-usr/2/coreos_production_pxe.vmlinuz, which is not there"),
    ("key", #"no key is \"ingition\"; is it \"ignition\"?"#),
    ("bom", "configs/bom.yml begins with the byte order mark of UTF-8 (EF BB BF)"),
  ])
  func `is a warning on its script's line`(profile: String, warning: String) throws {
    let server = try TestServer(Self.files)
    #expect(try server.get("/?profile=\(profile)").status == 200)
    #expect(server.logHolds(warning), "\(server.log)")
    #expect(server.log.contains("level=warning event=script profile=\(profile)"))
  }

  @Test(arguments: ["good", "note"])
  func `is not seen where there is none`(profile: String) throws {
    let server = try TestServer(Self.files)
    #expect(try server.get("/?profile=\(profile)").status == 200)
    #expect(server.logHolds("level=info event=script profile=\(profile)"), "\(server.log)")
  }

  @Test func `goes away a few seconds after the file has come`() throws {
    let server = try TestServer(Self.files)
    _ = try server.get("/?profile=version")
    try server.directory.write("images/amd64-usr/2/coreos_production_pxe.vmlinuz", "k")
    try server.directory.write("images/amd64-usr/2/coreos_production_pxe_image.cpio.gz", "i")
    for _ in 0..<100 {
      _ = try server.get("/?profile=version")
      if server.log.contains("level=info event=script profile=version") { return }
      usleep(100_000)
    }
    Issue.record("it still warns: \(server.log.suffix(400))")
  }

  @Test(arguments: [
    (#"{"cloud_config":"../sshkeys/k"}"#, "cloud_config"),
    (#"{"cloud_config":"a/../../k"}"#, "cloud_config"),
    (#"{"os":"flatcar","version":"1","ignition":"../k"}"#, "ignition"),
  ])
  func `that climbs out of configs is 500`(profile: String, key: String) throws {
    let server = try TestServer(["profiles/p.json": profile])
    let answer = try server.get("/?profile=p")
    #expect(
      answer.status == 500 && answer.text.contains("\"\(key)\" must name a file below configs/"))
  }

  @Test func `in front of a profile or a template is named as the mark it is`() throws {
    let server = try TestServer(Self.files)
    let answer = try server.get("/?profile=marked")
    #expect(answer.status == 500)
    #expect(answer.text.contains("begins with the byte order mark of UTF-8 (EF BB BF)"))
  }

  static let keys: [(content: String, reason: String)] = [
    (mark + "ssh-rsa AAAA", "begins with the byte order mark of UTF-8"),
    (
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
      "a private key"
    ),
    ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n", "a private key"),
    ("\n-----BEGIN PRIVATE KEY-----\r\nAAAA\r\n", "a private key"),
    ("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", "PuTTY's format"),
    ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", "PuTTY's format"),
  ]

  @Test(arguments: keys)
  func `that is no public key is refused everywhere, and not shown`(
    content: String, reason: String
  ) throws {
    let server = try TestServer([
      "sshkeys/k.pub": content, "profiles/p.json": #"{"sshkey":"k"}"#,
    ])
    for target in ["/?profile=p", "/keys?name=k"] {
      let answer = try server.get(target)
      #expect(answer.status == 500 && answer.text.contains(reason), "\(answer.text)")
      #expect(!answer.text.contains("AAAA"))
    }
    #expect(!server.log.contains("AAAA"))
  }

  @Test func `is no quote in a key's comment`() throws {
    let server = try TestServer([
      "sshkeys/k.pub": #"ssh-ed25519 AAAA me "at" home"# + "\n",
      "profiles/p.json": #"{"sshkey":"k"}"#,
      "sshkeys/o.pub": #"command="x" ssh-ed25519 AAAA me"# + "\n",
      "profiles/o.json": #"{"sshkey":"o"}"#,
    ])
    #expect(try server.get("/?profile=p").text.contains(#"sshkey="ssh-ed25519 AAAA""# + "\n"))
    #expect(try server.get("/?profile=o").status == 500)
  }

  @Test func `in a machine's URL is answered by the fallback profile, and said`() throws {
    let server = try TestServer(
      Self.files, adjust: { $0.fallbackProfile = "good" })
    let good = try server.get("/?profile=good").text
    for name in ["none", "../x", "dev%0aline"] {
      let answer = try server.get("/?profile=\(name)")
      #expect(answer.status == 200 && answer.text == good)
    }
    #expect(server.logHolds(#"warning="there is no profile none""#), "\(server.log)")
    // What is there and broken stays broken.
    #expect(try server.get("/?profile=marked").status == 500)
    try FileManager.default.removeItem(atPath: server.directory.path + "/profiles/good.json")
    #expect(try server.get("/?profile=none").status == 404)
  }

  @Test func `keeps every script of a large fleet`() throws {
    let files = (0..<3000).map { ("profiles/p\($0).json", #"{"version":"\#($0)"}"#) }
    let server = try TestServer(Dictionary(uniqueKeysWithValues: files), threads: 1)
    let client = try server.client()
    for round in 0..<2 {
      for number in stride(from: 0, to: 3000, by: 7) {
        let text = try client.get("/?profile=p\(number)").text
        #expect(text.contains("coreos-version \(number)\n"), "round \(round)")
      }
    }
  }
}

@Suite("Listings that are off")
struct ListingTests {
  @Test func `make folders that have no page of their own 404, and files stay`() throws {
    let server = try TestServer(
      [
        "configs/c.yml": "c", "images/sub/index.html": "page", "images/other/i": "i",
        "profiles/p.json": "{}",
      ], adjust: { $0.listsDirectories = false })
    for target in ["/configs/", "/images/", "/images/other/", "/profiles/"] {
      #expect(try server.get(target).status == 404, "\(target)")
      #expect(try server.get(target, method: "HEAD").status == 404, "\(target)")
    }
    #expect(try server.get("/images/sub/").text == "page")
    #expect(try server.get("/configs/c.yml").text == "c")
    #expect(try server.get("/images/other/i").text == "i")
  }
}
