// BootServerTests/Print: printed proxies, before a server.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// A server behind a proxy that runs as `print` says, on free ports.
private struct Rack {
  let server: TestServer
  let front: Front
  let base: String
  private let curl: [String]
  private let secrets: TemporaryDirectory
  static let token = "a-long-random-word"

  /// - Parameters:
  ///   - kind: `nginx` or `haproxy`.
  ///   - path: of the base URL.
  init(_ kind: String, isTLS: Bool, path: String = "") throws {
    let port = try BoundSocket.freePort()
    let secrets = try TemporaryDirectory(["token": Self.token])
    self.secrets = secrets
    let base = "\(isTLS ? "https" : "http")://boot.example:\(port)\(path)"
    self.base = base
    server = try TestServer(
      ["profiles/p.json": #"{"version":"1"}"#, "images/i": "image\n"], base: base
    ) {
      $0.trustedProxies = try? TrustedProxies(parsing: "127.0.0.1")
      $0.apiTokenFile = secrets.path + "/token"
    }
    let keys = try TemporaryDirectory()
    if isTLS { try Self.makeCertificate(in: keys.path) }
    let line =
      "\(kind) --base-url \(base) --listen 127.0.0.1:\(server.port)"
      + (isTLS ? " --certificate \(keys.path)/both.pem --certificate-key \(keys.path)/key" : "")
    let file = try Printing.files(line)[0]
    front =
      kind == "nginx"
      ? try Self.nginx(file.text, port: port) : try Self.haproxy(file.text, port: port)
    let authority = isTLS ? try keys.read("certificate") : Data()
    try front.directory.write("authority.pem", authority)
    curl = [
      "--silent", "--show-error", "--max-time", "20", "--resolve", "boot.example:\(port):127.0.0.1",
      "--cacert", front.directory.path + "/authority.pem",
    ]
  }

  /// HAProxy wants both in one file, and nginx takes them from it.
  private static func makeCertificate(in place: String) throws {
    let words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
      + " -subj /CN=boot.example -addext subjectAltName=DNS:boot.example"
      + " -keyout \(place)/key -out \(place)/certificate"
    let made = try Program.run(
      Tool.openssl.path, words.split(separator: " ").map(String.init))
    #expect(made.status == 0, "\(made.output)")
    let both = try ["certificate", "key"].map {
      try String(contentsOfFile: "\(place)/\($0)", encoding: .utf8)
    }
    try both.joined().write(toFile: "\(place)/both.pem", atomically: false, encoding: .utf8)
  }

  /// Within a configuration as Debian has it; only the cache lies elsewhere.
  private static func nginx(_ text: String, port: UInt16) throws -> Front {
    try Front(
      .nginx, port: port,
      { _, place in
        try text.replacing("/var/cache/coreos-ipxe-server", with: place + "/cache").write(
          toFile: place + "/printed.conf", atomically: false, encoding: .utf8)
        return """
          daemon off; pid \(place)/pid; error_log stderr; worker_processes 1;
          \(getuid() == 0 ? "user root;" : "")
          events {}
          http {
            access_log off; client_body_temp_path \(place)/a; proxy_temp_path \(place)/b;
            fastcgi_temp_path \(place)/c; uwsgi_temp_path \(place)/d; scgi_temp_path \(place)/e;
            include \(place)/printed.conf;
          }

          """
      }, { ["-c", $0] })
  }

  /// As printed, but that only root can become another user.
  private static func haproxy(_ text: String, port: UInt16) throws -> Front {
    let text =
      getuid() == 0
      ? text
      : text.replacing("  user haproxy\n", with: "").replacing("  group haproxy\n", with: "")
    return try Front(.haproxy, port: port, { _, _ in text }, { ["-db", "-f", $0] })
  }

  /// What curl prints of a URL of the proxy.
  func get(_ url: String, _ more: [String] = []) throws -> String {
    try Program.run(Tool.curl.path, curl + more + [url]).output
  }

  /// How many requests for a path the server itself got.
  /// Whether the log comes to have so many requests; it is written a little later.
  func sees(_ count: Int, _ path: String) -> Bool {
    for _ in 0..<200 where requests(path) < count { usleep(10_000) }
    return requests(path) == count
  }

  private func requests(_ path: String) -> Int {
    server.log.split(separator: "\n").filter {
      $0.contains(" method=GET path=\(path) ") && !$0.contains("status=404")
    }.count
  }
}

@Suite(
  "A proxy that print makes", .waits, .needs(.nginx, .haproxy, .openssl, .curl),
  .serialized)
struct FrontPrintTests {
  @Test(arguments: ["nginx", "haproxy"])
  func `speaks TLS, keeps images, never scripts, and says who asks`(kind: String) throws {
    let rack = try Rack(kind, isTLS: true)
    try Self.check(rack)
    #expect(try Self.cookie(rack).hasSuffix("; Secure"))
  }

  @Test(arguments: ["nginx", "haproxy"])
  func `serves below a path`(kind: String) throws {
    let rack = try Rack(kind, isTLS: false, path: "/rack.1")
    try Self.check(rack)
    #expect(try Self.cookie(rack).hasSuffix("; SameSite=Strict"))
  }

  /// On another host than the server the proxy is where the base URL leads.
  @Test(arguments: [
    ("http://10.1.0.2", "10.0.0.1:4777", "10.1.0.2"),
    ("http://10.1.0.2", "127.0.0.1:4777", "127.0.0.1"),
    ("http://boot.example", "10.0.0.1:4777", "10.0.0.1"),
  ])
  func `has the server trust the proxy`(base: String, listen: String, proxy: String) throws {
    for kind in ["nginx", "haproxy"] {
      let text = try Printing.files("\(kind) --base-url \(base) --listen \(listen)")[0].text
      #expect(text.contains("--trusted-proxies \(proxy)\n"), "\(text.prefix(400))")
    }
  }

  @Test func `has the server trust a proxy at another address of its own host`() throws {
    let line = "nginx --base-url http://10.1.0.2 --listen 10.0.0.1:4777"
    let text = try Printing.files(line, own: ["10.1.0.2"])[0].text
    #expect(text.contains("--trusted-proxies 10.0.0.1\n"))
  }

  /// The page's, for who has logged in; what a client itself says of TLS changes nothing.
  private static func cookie(_ rack: Rack) throws -> String {
    let answer = try rack.get(
      rack.base + "/ui/login",
      ["-D", "-", "-d", "token=\(Rack.token)", "-H", "X-Forwarded-Proto: https"])
    let lines = answer.split { $0 == "\r\n" || $0 == "\n" }
    let line = lines.first { $0.lowercased().hasPrefix("set-cookie:") }
    return String(try #require(line, "\(answer)"))
  }

  private static func check(_ rack: Rack) throws {
    let script = try rack.get(rack.base + "/?profile=p", ["-H", "X-Forwarded-For: 192.0.2.7"])
    #expect(script.contains("\nset base-url \(rack.base)/images/"), "\(script)")
    #expect(rack.server.logHolds(" client=192.0.2.7 "), "\(rack.server.log)")
    #expect(try rack.get(rack.base + "/images/i") == "image\n")
    #expect(try rack.get(rack.base + "/images/i") == "image\n")
    #expect(try rack.get(rack.base + "/images/i", ["--range", "1-2"]) == "ma")
    // HAProxy lets a request for a part pass.
    #expect(rack.sees(1, "/images/i") || rack.sees(2, "/images/i"), "\(rack.server.log)")
    try rack.server.directory.write("profiles/p.json", #"{"version":"2"}"#)
    let second = try rack.get(rack.base + "/?profile=p")
    #expect(second.contains("\nset coreos-version 2\n"), "\(second)")
    #expect(rack.sees(2, "/"), "\(rack.server.log)")
  }

  /// What their own checks say of the files as they stand, where they would lie.
  @Test func `passes haproxy's own check`() throws {
    let directory = try TemporaryDirectory()
    try directory.write(
      "haproxy.cfg", Printing.files("haproxy --base-url http://boot.example")[0].text)
    let checked = try Program.run(
      Tool.haproxy.path, ["-c", "-f", directory.path + "/haproxy.cfg"])
    #expect(checked.status == 0 && !checked.output.contains("WARNING"), "\(checked.output)")
  }
}
