// RealClientTests: a disk that takes its time.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("A slow file")
  struct SlowDiskTests {
    static let key = "ssh-rsa AAAA slow\n"

    /// A data directory with a slow disk in `images/disk`, and a profile and key that lie on it.
    struct Setup {
      let directory: TemporaryDirectory
      let disk: SlowDisk
      let server: ServerProgram

      init() throws {
        directory = try TemporaryDirectory([
          "profiles/fast.json": #"{"version":"1"}"#, "profiles/key.json": #"{"sshkey":"slow"}"#,
          "images/fast": String(repeating: "f", count: 100_000), "images/disk/": "",
        ])
        disk = try SlowDisk(
          at: directory.path + "/images/disk",
          files: [
            "slow.img": [UInt8](repeating: 7, count: 8 << 20),
            "other.img": [UInt8](repeating: 9, count: 1 << 20),
            "slow.json": Array(#"{"version":"slow"}"#.utf8),
            "slow.pub": Array(SlowDiskTests.key.utf8),
            "slow.yml": Array("#cloud-config\n".utf8), "slow": [UInt8](repeating: 0, count: 1000),
          ])
        try directory.link("profiles/slow.json", to: "../images/disk/slow.json")
        try directory.link("sshkeys/slow.pub", to: "../images/disk/slow.pub")
        try directory.link("configs/slow.yml", to: "../images/disk/slow.yml")
        server = try ServerProgram(directory.path)
      }

      func client() throws -> RawClient { try RawClient(port: server.port) }

      /// The longest of some requests, in seconds, each on a connection of its own.
      func longest(_ target: String, times: Int) throws -> Double {
        var longest = 0.0
        for _ in 0..<times {
          let start = Date()
          #expect(try client().get(target).status == 200)

          longest = max(longest, Date().timeIntervalSince(start))
        }
        return longest
      }
    }

    @Test(.needs(.fuse, root: true), arguments: [4, 40])
    func `holds up only those who wait for it`(readers: Int) throws {
      let setup = try Setup()
      let waiting = try (0..<readers).map { _ in try setup.client() }
      for client in waiting {
        try client.send("GET /images/disk/slow.img HTTP/1.1\r\nHost: h\r\n\r\n")
      }
      usleep(100_000)
      #expect(try setup.longest("/?profile=fast", times: 30) < 0.15)
      #expect(try setup.longest("/images/fast", times: 5) < 0.15)
      #expect(try setup.longest("/images/disk/other.img", times: 5) < 0.3)
    }

    /// A file server is asked for each name anew.
    @Test(.needs(.fuse, root: true))
    func `holds up nobody else while its name is looked for`() throws {
      let setup = try Setup()
      try setup.directory.write(
        "profiles/far.json",
        #"{"os":"generic","kernel":"disk/far.k","cloud_config":"disk/far"}"#)
      try setup.directory.link("configs/disk", to: setup.directory.path + "/images/disk")
      let targets = [
        "/images/disk/far.img", "/?profile=far", "/configs/disk/far.yml", "/images/disk/far.two",
      ]
      let waiting = try targets.map { target in
        let client = try setup.client()
        try client.send("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        return client
      }
      let start = Date()
      #expect(try setup.longest("/?profile=fast", times: 20) < 0.3)
      #expect(try setup.longest("/images/fast", times: 20) < 0.3)
      #expect(Date().timeIntervalSince(start) < 0.7, "those who wait must be waiting still")
      #expect(try waiting.map { try $0.answer().status } == [404, 200, 404, 404])
      // Nobody relies on what was not there a moment ago.
      for _ in 0..<2 {
        try waiting[1].send("GET /?profile=far HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try setup.longest("/?profile=fast", times: 20) < 0.3)
        #expect(try waiting[1].answer().status == 200)
      }
    }

    /// Its host may be down; the script names the files all the same.
    @Test(.needs(.fuse, root: true))
    func `counts as there once its disk has said nothing for a second`() throws {
      let setup = try Setup()
      try setup.directory.write(
        "profiles/dead.json",
        #"{"os":"generic","kernel":"disk/dead.k","initrd":["disk/dead.i","disk/dead.j"]}"#)
      let start = Date()
      let client = try setup.client()
      let script = try client.get("/?profile=dead")
      let seconds = Date().timeIntervalSince(start)
      #expect(script.status == 200 && script.text.contains("/images/disk/dead.j"))
      #expect(seconds > 0.9 && seconds < 2.5, "all looks together wait once")
      #expect(setup.server.program.hasPrinted("its disk does not answer", within: 1))
      // What comes too late disturbs nobody: the next requests of the connection, and the next look.
      #expect(try client.get("/?profile=fast").status == 200)
      #expect(try client.get("/?profile=dead").status == 200)
      usleep(3_000_000)
      #expect(try client.get("/?profile=fast").status == 200)
    }

    @Test(.needs(.fuse, root: true))
    func `arrives whole, from a profile, a key, a config and an image of unknown type`() throws {
      let setup = try Setup()
      #expect(try setup.client().get("/?profile=slow").text.contains("coreos-version slow\n"))
      #expect(try setup.client().get("/?profile=key").text.contains("sshkey=\"ssh-rsa AAAA slow\""))
      #expect(try setup.client().get("/keys?name=slow").text == #"[{"key": "ssh-rsa AAAA slow"}]"#)
      #expect(try setup.client().get("/configs/slow.yml").text == "#cloud-config\n")
      let unknown = try setup.client().get("/images/disk/slow")
      #expect(unknown.body.count == 1000 && unknown["content-type"] == "application/octet-stream")
    }

    @Test(.needs(.fuse, root: true))
    func `is read once however many wait for it, and the rest is served meanwhile`() throws {
      let setup = try Setup()
      let waiting = try (0..<40).map { _ in try setup.client() }
      for client in waiting { try client.send("GET /?profile=slow HTTP/1.1\r\nHost: h\r\n\r\n") }
      usleep(100_000)
      #expect(try setup.longest("/?profile=fast", times: 30) < 0.15)
      for client in waiting { #expect(try client.answer().text.contains("coreos-version slow\n")) }
      #expect(setup.disk.mostReadsAtOnce("slow.json") == 1)
    }

    @Test(.needs(.fuse, root: true))
    func `reaches a client that sends no more while it waits`() throws {
      let setup = try Setup()
      let client = try setup.client()
      try client.send("GET /?profile=slow HTTP/1.1\r\nHost: h\r\n\r\n")
      client.endSending()
      #expect(try client.answer().text.contains("coreos-version slow\n"))
    }

    @Test(.needs(.fuse, root: true))
    func `does not keep the server from stopping`() throws {
      let setup = try Setup()
      let client = try setup.client()
      try client.send("GET /images/disk/slow.img HTTP/1.1\r\nHost: h\r\n\r\n")
      usleep(100_000)
      setup.server.program.kill(SIGTERM)
      #expect(setup.server.program.hasPrinted("event=stopping", within: 1))
      setup.server.program.kill(SIGTERM)
      #expect(setup.server.program.exitStatus(within: 2) == 1)
    }
  }
}
