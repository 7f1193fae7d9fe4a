// BootServerTests: real proxies and caches in front of the server.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// A proxy with a configuration of its own, ended with its owner.
final class Front {
  let port: UInt16
  let directory: TemporaryDirectory
  private let program: Program

  /// - Parameters:
  ///   - port: `nil`: a free one.
  ///   - configuration: from the port that it listens on, and its directory.
  ///   - arguments: from the configuration's path.
  init(
    _ tool: Tool, port: UInt16? = nil, _ configuration: (UInt16, String) throws -> String,
    _ arguments: (String) -> [String]
  ) throws {
    self.port = try port ?? BoundSocket.freePort()
    directory = try TemporaryDirectory()
    chmod(directory.path, 0o777)
    try directory.write("front.conf", configuration(self.port, directory.path))
    program = try Program(tool.path, arguments(directory.path + "/front.conf"))
    for _ in 0..<400 {
      if (try? RawClient(port: self.port)) != nil { return }
      usleep(25_000)
    }
    throw ClientError(description: "\(tool.path) did not start: \(program.printed)")
  }

  /// Squid removes what it has in `/dev/shm` only when it is asked to end.
  deinit {
    program.kill(SIGTERM)
    _ = program.exitStatus(within: 5)
  }

  func get(_ target: String, method: String = "GET", fields: [String] = []) throws -> Answer {
    try RawClient(port: port).get(target, method: method, fields: fields)
  }

  static func haproxy(before backend: UInt16) throws -> Front {
    try Front(
      .haproxy,
      { port, _ in
        """
        defaults
          mode http
          timeout connect 2s
          timeout client 20s
          timeout server 20s
        frontend boot
          bind 127.0.0.1:\(port)
          option forwardfor
          default_backend servers
        backend servers
          option httpchk
          server one 127.0.0.1:\(backend) check inter 200ms

        """
      }, { ["-db", "-f", $0] })
  }

  static func nginx(before backend: UInt16) throws -> Front {
    try Front(
      .nginx,
      { port, place in
        """
        daemon off; pid \(place)/pid; error_log stderr; worker_processes 1; user root;
        events {}
        http {
          access_log off; client_body_temp_path \(place)/a; proxy_temp_path \(place)/b;
          fastcgi_temp_path \(place)/c; uwsgi_temp_path \(place)/d; scgi_temp_path \(place)/e;
          upstream boot { server 127.0.0.1:\(backend); keepalive 8; }
          server {
            listen 127.0.0.1:\(port);
            location / {
              proxy_pass http://boot;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
          }
        }

        """
      }, { ["-c", $0] })
  }

  static func squid(before backend: UInt16) throws -> Front {
    try Front(
      .squid,
      { port, place in
        """
        http_port 127.0.0.1:\(port) accel defaultsite=test no-vhost
        cache_peer 127.0.0.1 parent \(backend) 0 no-query originserver name=boot
        http_access allow all
        cache_mem 64 MB
        memory_cache_shared off
        maximum_object_size_in_memory 8 MB
        pid_filename \(place)/pid
        cache_log \(place)/cache.log
        access_log none
        coredump_dir \(place)
        shutdown_lifetime 0 seconds

        """
      }, { ["-N", "-n", "front\(backend)", "-f", $0] })
  }
}

@Suite("A proxy in front", .waits, .needs(.haproxy, .nginx, .squid))
struct FrontTests {
  static let files = [
    "profiles/core.json":
      #"{"os":"flatcar","version":"1","match":{"mac":"52:54:00:*"},"install":{"cloud_config":"i"}}"#,
    "configs/i.yml.tmpl": "i: \"{{machine.installed_url}}\"\nr: \"{{machine.running_url}}\"\n",
    "profiles/p.json": #"{"version":"1"}"#, "configs/c.yml": "one\n",
  ].merging(MachineLab.images) { $1 }
  static let machine = "/boot.ipxe?uuid=6d1c4f1e-0d0a-4b5e-9d0b-2f9b6c0a1b01&mac=52-54-00-12-34-56"

  static func server(base: String? = nil) throws -> TestServer {
    try TestServer(files, base: base) {
      $0.trustedProxies = try? TrustedProxies(parsing: "127.0.0.1")
    }
  }

  /// Row 24, by HAProxy itself: whoever is no 2xx or 3xx to `OPTIONS / HTTP/1.0` is down.
  @Test func `that checks by OPTIONS finds the server up, and says who asks`() throws {
    let server = try Self.server()
    let haproxy = try Front.haproxy(before: server.port)
    // Its first checks have been answered.
    usleep(1_500_000)
    let answer = try haproxy.get(
      "/?profile=p", fields: ["X-Forwarded-For: 192.0.2.7, 198.51.100.9"])
    #expect(answer.status == 200 && answer.text.contains("coreos-version 1\n"))
    // HAProxy adds 127.0.0.1, its own client, which is in the list, too.
    #expect(server.logHolds(" client=198.51.100.9 "), "\(server.log)")
    #expect(server.log.contains("method=OPTIONS") && !server.log.contains("status=405"))
  }

  @Test func `passes images on whole, in parts and as HEAD, and scripts with its own URLs`() throws
  {
    let server = try Self.server(base: "https://boot.example")
    // No part of it is like the one a power of two further on.
    let piece = Data((0..<65521).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) })
    let image = Data(repeating: piece, bytes: 512 * piece.count)
    try server.directory.write("images/i", image)
    let nginx = try Front.nginx(before: server.port)
    #expect(try nginx.get("/?profile=p").text.contains("set base-url https://boot.example/images/"))
    #expect(try nginx.get("/images/i").body == image)
    let part = try nginx.get("/images/i", fields: ["Range: bytes=1000-1999"])
    #expect(part.status == 206 && part.body == image[1000..<2000])
    let head = try nginx.get("/images/i", method: "HEAD")
    #expect(head.status == 200 && head["content-length"] == "\(image.count)")
    _ = try nginx.get("/?profile=p", fields: ["X-Forwarded-For: 192.0.2.7"])
    #expect(server.logHolds(" client=192.0.2.7 "), "\(server.log)")
  }

  @Test func `that caches keeps no installer, asks again for configs, and keeps images`() throws {
    let server = try Self.server()
    try server.directory.write("images/i", Data(count: 100_000))
    try server.directory.write("images/real", Data("old".utf8))
    try server.directory.link("images/current", to: "real")
    let squid = try Front.squid(before: server.port)
    let script = try squid.get(Self.machine)
    #expect(script.status == 200, "\(script.text)")
    let config = try #require(try #/http://test(/configs/\S*)/#.firstMatch(in: script.text)?.1)
    for report in try squid.get(String(config)).text.matches(of: #/http://test(\S*)"/#) {
      #expect(try squid.get(String(report.output.1), method: "POST").status == 204)
    }
    #expect(try squid.get(Self.machine).text.contains("sanboot"))
    #expect(try squid.get("/configs/c.yml").text == "one\n")
    try server.directory.write("configs/c.yml", "two\n")
    #expect(try squid.get("/configs/c.yml").text == "two\n")
    _ = try squid.get("/images/i")
    let second = try squid.get("/images/i")
    #expect(second["x-cache"]?.hasPrefix("HIT") == true, "\(second.fields)")
    #expect(try squid.get("/images/current").text == "old")
    try server.directory.write("images/real", Data("new".utf8))
    #expect(try squid.get("/images/current").text == "new")
  }
}
