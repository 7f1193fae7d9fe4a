// BootServerTests: boots, as clients of the API see them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

/// A server with images of real sizes, and machines that fetch them.
struct BootsLab {
  static let kernel = "/images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz"
  static let initrd = "/images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz"

  static let plain = #"{"os":"flatcar","version":"1"}"#

  let lab: MachineLab

  init(
    directory: TemporaryDirectory? = nil, adjust: (inout Configuration) -> Void = { _ in }
  ) throws {
    lab = try MachineLab(["profiles/plain.json": Self.plain], adjust: adjust) { directory in
      for (file, size) in [(Self.kernel, 300_000), (Self.initrd, 4_000_000)] {
        try directory.write(String(file.dropFirst()), Data(repeating: 0x61, count: size))
      }
    }
  }

  var server: TestServer { lab.server }

  func boots(_ query: String = "") throws -> [JSON] {
    let answer = try lab.api("GET", "/boots" + query)
    #expect(answer.status == 200)
    return try JSONReader.read(Array(answer.body)).elements
  }

  /// Waits until the newest boot is like that.
  func sees(_ query: String = "", _ isWanted: (JSON) -> Bool) throws -> JSON? {
    for _ in 0..<1000 {
      if let boot = try boots(query).first, isWanted(boot) { return boot }
      usleep(5000)
    }
    return nil
  }

  static func stages(_ boot: JSON) -> [String] { boot["stages"].elements.map { $0["stage"].plain } }

  static func stage(_ boot: JSON, _ name: String) -> JSON {
    boot["stages"].elements.first { $0["stage"].plain == name } ?? .null
  }
}

@Suite("GET /boots", .waits, .timeLimit(.minutes(5)))
struct BootsTests {
  @Test func `has a machine's boot from the question to its report`() throws {
    let lab = try BootsLab()
    _ = try lab.server.get("/boot.ipxe")
    let script = try lab.lab.boot(MachineLab.query(1))
    let config = try #require(MachineLab.config(script))
    for file in [BootsLab.kernel, BootsLab.initrd] { _ = try lab.server.get(file) }
    _ = try lab.server.get(config)
    let before = try #require(
      try lab.sees { BootsLab.stage($0, "config")["end"] != .null })
    #expect(before["state"].plain == "booting" && before["ended"] == .null)
    let report = try lab.lab.reportURL("installed", in: config)
    #expect(try lab.server.get(report, method: "POST").status == 204)
    let boot = try #require(try lab.sees { $0["state"].plain == "done" })
    #expect(
      BootsLab.stages(boot) == ["identity", "script", "kernel", "initrd", "config", "report"])
    #expect(boot["machine"].plain == MachineLab.uuid(1) && boot["profile"].plain == "core")
    #expect(boot["version"].plain == "1" && boot["address"].plain == "127.0.0.1")
    let initrd = BootsLab.stage(boot, "initrd")
    #expect(initrd["bytes"] == .number("4000000") && initrd["total"] == .number("4000000"))
    #expect(initrd["name"].plain == String(BootsLab.initrd.dropFirst()))
    _ = try lab.lab.boot(MachineLab.query(1))
    #expect(try lab.boots().first.map { $0["state"].plain } == "local")
    // Nothing of it holds a token or a query.
    let text = JSONWriter.text(boot)
    #expect(!text.contains("token") && !text.contains("?"))
    #expect(try lab.lab.api("GET", "/boots/\(MachineLab.uuid(1))").text.contains("\"done\""))
    #expect(try lab.lab.api("GET", "/boots/\(JSONWriter.text(boot["id"]))").text.contains("done"))
    #expect(try lab.lab.api("GET", "/boots/nobody").status == 404)
  }

  @Test func `has boots of a profile by their address, and what is asked for of them`() throws {
    let lab = try BootsLab()
    #expect(try lab.server.get("/?profile=plain").status == 200)
    let boot = try #require(try lab.boots().first)
    #expect(boot["machine"] == .null && boot["profile"].plain == "plain")
    #expect(try lab.boots("?state=done,local").isEmpty)
    #expect(try lab.boots("?state=booting&limit=5").count == 1)
    #expect(try lab.boots("?limit=0").isEmpty)
    #expect(try lab.boots("?since=9999999999").isEmpty)
    for query in ["?state=gone", "?limit=x", "?since=-1", "?machine=node1"] {
      let answer = try lab.lab.api("GET", "/boots" + query)
      #expect(answer.status == 400 && answer.text.split(separator: "\n").count == 1)
    }
    for file in [BootsLab.kernel, BootsLab.initrd] { _ = try lab.server.get(file) }
    #expect(try lab.sees { $0["state"].plain == "done" } != nil)
  }

  @Test func `has a machine's name, as it is now, where it has one`() throws {
    let lab = try BootsLab()
    let id = MachineLab.uuid(1)
    _ = try lab.lab.boot(MachineLab.query(1))
    _ = try lab.server.get("/?profile=plain")
    #expect(try lab.boots().allSatisfy { $0["name"] == .null })
    #expect(try !lab.lab.api("GET", "/boots").text.contains("\"name\":null"))
    for name in ["node1", "<i>&\u{202e}node"] {
      let body = JSONWriter.text(.object([JSON.Member("hostname", .string(name))]))
      let status = try lab.lab.api("PATCH", "/machines/\(id)", body).status
      // What is no host name is none.
      #expect(status == (name == "node1" ? 200 : 400))
      #expect(try lab.boots("/node1").map { $0["name"].plain } == ["node1"])
    }
    #expect(try lab.boots().map { $0["name"].plain } == ["", "node1"])
    let text = try lab.lab.api("GET", "/boots/\(id)").text
    #expect(text.contains("\"machine\":\"\(id)\",\"name\":\"node1\",\"profile\""))
  }

  @Test func `is for who may use the machine API`() throws {
    let lab = try BootsLab()
    for path in ["/boots", "/boots/x"] { #expect(try lab.server.get(path).status == 403) }
    #expect(try lab.lab.api("POST", "/boots").status == 405)
  }

  @Test func `knows nothing of who only looks, or asks for what is not there`() throws {
    let lab = try BootsLab()
    _ = try lab.server.get("/?profile=plain", method: "HEAD")
    _ = try lab.server.get("/?profile=nobody")
    _ = try lab.server.get(BootsLab.kernel)
    _ = try lab.lab.boot(MachineLab.query(1), method: "HEAD")
    _ = try lab.lab.boot(MachineLab.query(1) + "&preview=1")
    #expect(try lab.boots().isEmpty)
    _ = try lab.server.get("/?profile=plain")
    _ = try lab.server.get(BootsLab.kernel, method: "HEAD")
    _ = try lab.server.get("/images/none")
    #expect(BootsLab.stages(try #require(try lab.boots().first)) == ["script"])
  }

  @Test(arguments: ["iPXE/1.21.1", "curl/8"])
  func `begins with its script where the machine was held before`(agent: String) throws {
    let lab = try BootsLab()
    let query = "/boot.ipxe?" + MachineLab.query(1, vendor: "00-16-3e")
    let fields = ["User-Agent: \(agent)"]
    _ = try lab.server.get("/boot.ipxe", fields: fields)
    _ = try lab.server.get(query, fields: fields)
    #expect(lab.server.logHolds("event=held machine=\(MachineLab.uuid(1))"))
    let claim = try lab.lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"profile":"ram"}"#)
    #expect(claim.status == 200, "\(claim.text)")
    _ = try lab.server.get(query, fields: fields)
    #expect(BootsLab.stages(try #require(try lab.sees { _ in true })) == ["script"])
  }

  @Test
  func `is one, with each byte counted once, however many connections a machine opens`() throws {
    let lab = try BootsLab()
    _ = try lab.lab.boot(MachineLab.query(1))
    let clients = try (0..<100).map { _ in try RawClient(port: lab.server.port) }
    for client in clients {
      try client.send("GET \(BootsLab.kernel) HTTP/1.1\r\nHost: test\r\n\r\n")
    }
    for client in clients { #expect(try client.answer().body.count == 300_000) }
    for _ in 0..<10 { _ = try lab.server.get(BootsLab.initrd) }
    // What has arrived is told a few times a second.
    let boot = try #require(
      try lab.sees { boot in
        BootsLab.stage(boot, "kernel")["bytes"] == .number("300000")
          && BootsLab.stage(boot, "initrd")["bytes"] == .number("4000000")
          && ["kernel", "initrd"].allSatisfy { BootsLab.stage(boot, $0)["end"] != .null }
      })
    #expect(BootsLab.stages(boot) == ["script", "kernel", "initrd"])
    #expect(try lab.boots().count == 1)
  }

  @Test func `tells of a stall, in the log too, and of a machine that began again`() throws {
    let lab = try BootsLab(adjust: { $0.stallSeconds = 1 })
    _ = try lab.lab.boot(MachineLab.query(1))
    let client = try RawClient(port: lab.server.port, receiveBuffer: 4096)
    try client.send("GET \(BootsLab.initrd) HTTP/1.1\r\nHost: test\r\n\r\n")
    let boot = try #require(try lab.sees { $0["state"].plain == "stalled" })
    #expect(BootsLab.stage(boot, "initrd")["end"] == .null)
    #expect(boot["stalled"]["stage"].plain == "initrd")
    let more = try #require(try lab.sees { Int($0["stalled"]["seconds"].shown) ?? 0 >= 2 })
    let seconds = more["stalled"]["seconds"].shown
    #expect(more["stalled"]["says"].plain.hasSuffix(" of 4.0 MB, no byte for \(seconds) s"))
    #expect(lab.server.logHolds("event=boot-stalled machine=\(MachineLab.uuid(1))"))
    #expect(lab.server.log.contains("error=\"initrd "))
    _ = try client.answer()
    #expect(
      try lab.sees { BootsLab.stage($0, "initrd")["bytes"] == .number("4000000") } != nil)
    _ = try lab.server.get(BootsLab.kernel)
    _ = try lab.lab.boot(MachineLab.query(1))
    #expect(lab.server.logHolds("event=boot-restarted machine=\(MachineLab.uuid(1))"))
    #expect(try lab.boots().allSatisfy { $0["stalled"] == .null })
    let states = try lab.boots().map { $0["state"].plain }
    #expect(states == ["booting", "restarted"])
    // What is no fault is no line of the log.
    #expect(!lab.server.log.contains("boot-began"))
    #expect(try lab.lab.api("GET", "/events/recent").text.contains("boot-began"))
  }

  @Test func `stalls when its profile says so, not when the server does`() throws {
    let lab = try BootsLab()
    try lab.server.directory.write(
      "profiles/plain.json", #"{"os":"flatcar","version":"1","stall_after":1}"#)
    _ = try lab.server.get("/?profile=plain")
    let client = try RawClient(port: lab.server.port, receiveBuffer: 4096)
    try client.send("GET \(BootsLab.initrd) HTTP/1.1\r\nHost: test\r\n\r\n")
    let boot = try #require(try lab.sees { $0["state"].plain == "stalled" })
    #expect(boot["profile"].plain == "plain")
    _ = try client.answer()
  }

  @Test func `counts ranges, also several in one request, and no byte twice`() throws {
    let lab = try BootsLab()
    _ = try lab.server.get("/?profile=plain")
    for range in ["200000-299999", "0-99999,150000-199999", "0-149999", "0-299999"] {
      let status = try lab.server.get(BootsLab.kernel, fields: ["Range: bytes=\(range)"]).status
      #expect(status == 206)
    }
    let boot = try #require(
      try lab.sees { BootsLab.stage($0, "kernel")["bytes"] == .number("300000") })
    #expect(BootsLab.stages(boot) == ["script", "kernel"])
  }

  @Test func `has the last boot of each machine after a restart, one under way as cut`() throws {
    let directory = try TemporaryDirectory([:])
    for turn in 0..<2 {
      let lab = try RestartLab(directory)
      if turn == 0 {
        _ = try lab.get("/boot.ipxe?" + MachineLab.query(1))
        _ = try lab.get("/?profile=plain")
        #expect(try lab.boots().count == 2)
        continue
      }
      let boots = try lab.waitsForBoots()
      #expect(boots.map { $0["state"].plain } == ["cut"])
      #expect(boots[0]["machine"].plain == MachineLab.uuid(1) && boots[0]["ended"] != .null)
    }
  }

  /// A server that is stopped and started on the same files.
  private struct RestartLab {
    let server: TestServer
    init(_ directory: TemporaryDirectory) throws {
      try directory.write("profiles/plain.json", Data(BootsLab.plain.utf8))
      for (name, text) in MachineLab.profiles { try directory.write(name, Data(text.utf8)) }
      server = try TestServer(directory: directory)
    }

    func get(_ path: String) throws -> Int { try server.get(path).status }

    func boots() throws -> [JSON] {
      let client = try RawClient(socket: server.directory.path + "/state/api.sock")
      try client.send("GET /boots HTTP/1.1\r\nHost: h\r\n\r\n")
      return try JSONReader.read(Array(try client.answer().body)).elements
    }

    func waitsForBoots() throws -> [JSON] {
      for _ in 0..<1000 {
        let boots = try boots()
        if !boots.isEmpty { return boots }
        usleep(5000)
      }
      return []
    }
  }
}
