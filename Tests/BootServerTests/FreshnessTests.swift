// BootServerTests: an edit is live on the next request.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A script", .waits)
struct FreshnessTests {
  @Test func `changes with its profile, config name and key, on the next request`() throws {
    let server = try TestServer([
      "profiles/p.json": #"{"version":"0","sshkey":"k"}"#, "sshkeys/k.pub": "ssh-rsa A0",
    ])
    let client = try server.client()
    for round in 1...30 {
      _ = try client.get("/?profile=p")
      try server.directory.write("profiles/p.json", #"{"version":"\#(round)","sshkey":"k"}"#)
      #expect(try client.get("/?profile=p").text.contains("coreos-version \(round)\n"))
      try server.directory.write("sshkeys/k.pub", "ssh-rsa A\(round)")
      #expect(try client.get("/?profile=p").text.contains("ssh-rsa A\(round)\""))
    }
  }

  @Test func `changes although size and mtime stay`() throws {
    let server = try TestServer(["profiles/p.json": #"{"version":"1"}"#])
    let path = server.directory.path + "/profiles/p.json"
    let client = try server.client()
    for round in 0..<20 {
      // Old enough to be kept.
      usleep(25000)
      _ = try client.get("/?profile=p")
      _ = try client.get("/?profile=p")
      var status = stat()
      stat(path, &status)
      try server.directory.write("profiles/p.json", #"{"version":"\#(round % 10)"}"#)
      var times = [status.st_atim, status.st_mtim]
      utimensat(AT_FDCWD, path, &times, 0)
      #expect(try client.get("/?profile=p").text.contains("coreos-version \(round % 10)\n"))
    }
  }

  @Test func `survives an editor's half-written save`() throws {
    let server = try TestServer(["profiles/p.json": #"{"version":"1"}"#])
    let client = try server.client()
    let whole = #"{"version":"2"}"#
    for length in 0..<whole.count {
      try server.directory.write("profiles/p.json", String(whole.prefix(length)))
      let answer = try client.get("/?profile=p")
      #expect(
        answer.status == 500 && answer.text.hasPrefix("profiles/p.json is not valid JSON: line 1"))
    }
    try server.directory.write("profiles/p.json", whole)
    #expect(try client.get("/?profile=p").text.contains("coreos-version 2\n"))
    try FileManager.default.removeItem(atPath: server.directory.path + "/profiles/p.json")
    #expect(try client.get("/?profile=p").status == 404)
  }

  @Test func `is 500 with one line when the key is missing, too large or not one key`() throws {
    let server = try TestServer([
      "profiles/missing.json": #"{"sshkey":"none"}"#, "profiles/large.json": #"{"sshkey":"large"}"#,
      "profiles/two.json": #"{"sshkey":"two"}"#, "sshkeys/two.pub": "ssh-rsa A\nssh-rsa B\n",
      "sshkeys/large.pub": String(repeating: "a", count: (4 << 20) + 1),
      "profiles/huge.json": String(repeating: " ", count: (4 << 20) + 1),
    ])
    let expected = [
      "missing": "sshkeys/none.pub, which profiles/missing.json names: no such file\n",
      "large": "sshkeys/large.pub is larger than 4 MB\n",
      "huge": "profiles/huge.json is larger than 4 MB\n",
    ]
    for (name, line) in expected {
      let answer = try server.get("/?profile=\(name)")
      #expect(answer.status == 500 && answer.text == line)
    }
    #expect(try server.get("/?profile=two").text.hasPrefix("sshkeys/two.pub: holds 2 keys"))
    #expect(server.logHolds("level=error event=script profile=two error="))
  }

  @Test func `follows what the image directory holds`() throws {
    let server = try TestServer(["profiles/f.json": #"{"os":"fedora-coreos","version":"stable"}"#])
    let client = try server.client()
    #expect(try client.get("/?profile=f").text.contains("fedora-coreos-stable-live-kernel.x86_64"))
    try server.directory.write(
      "images/fedora-coreos/x86_64/43.1/fedora-coreos-43.1-live-kernel-x86_64", "")
    try server.directory.link("images/fedora-coreos/x86_64/stable", to: "43.1")
    #expect(try client.get("/?profile=f").text.contains("/fedora-coreos-43.1-live-kernel-x86_64\n"))
    try server.directory.write(
      "images/fedora-coreos/x86_64/44.1/fedora-coreos-44.1-live-kernel.x86_64", "")
    try server.directory.link("images/fedora-coreos/x86_64/stable", to: "44.1")
    #expect(try client.get("/?profile=f").text.contains("/fedora-coreos-44.1-live-kernel.x86_64\n"))
  }
}
