// BootServerTests: etcd's discovery, with real etcds.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// An etcd on free ports of loopback.
private struct Etcd {
  let program: Program
  let client: String

  init(_ directory: TemporaryDirectory, _ name: String, _ arguments: [String] = []) throws {
    client = "http://127.0.0.1:\(try BoundSocket.freePort())"
    let peer = "http://127.0.0.1:\(try BoundSocket.freePort())"
    program = try Program(
      Tool.etcd.path,
      [
        "--name", name, "--data-dir", directory.path + "/" + name, "--enable-v2",
        "--listen-client-urls", client, "--advertise-client-urls", client,
        "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
        "--unsafe-no-fsync",
      ].filter { $0 != "--unsafe-no-fsync" } + arguments)
  }

  /// A store of one member, for tokens.
  static func store(_ directory: TemporaryDirectory) throws -> Etcd {
    for _ in 0..<3 {
      let etcd = try Etcd.alone(directory)
      if etcd.program.hasPrinted("ready to serve client requests", within: 15) { return etcd }
    }
    throw ClientError(description: "the etcd does not serve")
  }

  private static func alone(_ directory: TemporaryDirectory) throws -> Etcd {
    let peer = "http://127.0.0.1:\(try BoundSocket.freePort())"
    return try Etcd(
      directory, "store",
      [
        "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
        "store=\(peer)",
      ])
  }
}

@Suite("etcd's discovery", .waits, .serialized)
struct DiscoveryTests {
  static let files = [
    "profiles/core.json":
      #"{"os":"flatcar","version":"1","quantity":9,"cloud_config":"c","etcd_cluster":"prod"}"#,
    "configs/c.yml.tmpl": "discovery: {{etcd.discovery}}\n",
  ]

  @Test func `is not there without --etcd, and says so`() throws {
    let lab = try MachineLab(Self.files, profiles: false)
    for (method, target) in [
      ("PUT", "/etcd/new"), ("GET", "/etcd/\(String(repeating: "a", count: 32))"),
    ] {
      let answer = try lab.server.get(target, method: method)
      #expect(answer.status == 501 && answer.text.contains("--etcd URL"))
    }
    let script = try lab.boot(MachineLab.query(1))
    #expect(script.status == 503)
    #expect(
      script.text
        == "this machine is held: configs/c.yml.tmpl names {{etcd.discovery}}, and this server"
        + " has no etcd; start it with --etcd URL\n")
  }

  @Test(.needs(.etcd, .curl))
  func `brings three members together`() throws {
    let directory = try TemporaryDirectory()
    let store = try Etcd.store(directory)
    let lab = try MachineLab(Self.files, profiles: false, adjust: { $0.etcd = store.client })
    let made = try lab.server.get(
      "/etcd/new?size=3", method: "PUT", host: "127.0.0.1:\(lab.server.port)")
    #expect(
      made.status == 200
        && made.text.wholeMatch(of: #/http://127\.0\.0\.1:\d+/etcd/[0-9a-f]{32}/#) != nil)
    let members = try (1...3).map { try Etcd(directory, "m\($0)", ["--discovery", made.text]) }
    for member in members {
      #expect(
        member.program.hasPrinted("ready to serve client requests", within: 40),
        "\(member.program.printed.suffix(1500))")
    }
    let list = try Program.run(Tool.curl.path, ["-s", members[0].client + "/v2/members"])
    #expect(["m1", "m2", "m3"].allSatisfy { list.output.contains("\"\($0)\"") })
    for size in ["0", "x", "-1", "99999"] {
      #expect(try lab.server.get("/etcd/new?size=\(size)", method: "PUT").status == 400)
    }
    #expect(try lab.server.get("/etcd/new").status == 405)
    #expect(try lab.server.get("/etcd/a%20b").status == 404)
    #expect(try lab.server.get("/etcd/abc/%0a").status == 404)
  }

  @Test(.needs(.etcd, .curl))
  func `has one token a cluster, made when it is first needed`() throws {
    let directory = try TemporaryDirectory()
    let store = try Etcd.store(directory)
    let lab = try MachineLab(Self.files, profiles: false, adjust: { $0.etcd = store.client })
    let first = try lab.boot(MachineLab.query(1))
    #expect(try lab.record(MachineLab.uuid(1))["etcdToken"] is NSNull)
    let config = try #require(MachineLab.config(first))
    let text = try lab.server.get(config).text
    let token = try #require(
      try #/discovery: http://test/etcd/([0-9a-f]{32})\n/#.wholeMatch(in: text)?.1)
    #expect(try lab.server.get(config).text == text)
    #expect(try lab.record(MachineLab.uuid(1))["etcdToken"] as? String == String(token))
    // The size that the members ask for, where Debian's etcd keeps it.
    let size = try Program.run(
      Tool.curl.path,
      ["-s", "-L", "http://127.0.0.1:\(lab.server.port)/etcd/\(token)/_config/size"])
    #expect(size.output.contains("\"value\":\"3\""))
    // A machine that comes later has it from the start.
    _ = try lab.boot(MachineLab.query(2))
    #expect(try lab.record(MachineLab.uuid(2))["etcdToken"] as? String == String(token))
    lab.server.settle()
    #expect(
      String(decoding: try lab.server.directory.read("state/clusters.json"), as: UTF8.self)
        == "{\n  \"prod\": \"\(token)\"\n}\n")
  }

  @Test(.needs(.curl))
  func `that is down keeps no machine from booting`() throws {
    let port = try BoundSocket.freePort()
    let lab = try MachineLab(
      Self.files, profiles: false, adjust: { $0.etcd = "http://127.0.0.1:\(port)" })
    let script = try lab.boot(MachineLab.query(1))
    #expect(script.status == 200)
    let config = try lab.server.get(try #require(MachineLab.config(script)))
    #expect(
      config.status == 503 && config["retry-after"] == "10" && config.text.contains("made no token")
    )
    #expect(try lab.server.get("/etcd/new", method: "PUT").status == 503)
    let redirect = try lab.server.get("/etcd/abc/_config/size?quorum=false")
    #expect(
      redirect.status == 307
        && redirect["location"]
          == "http://127.0.0.1:\(port)/v2/keys/_etcd/registry/abc/_config/size?quorum=false"
    )
  }
}
