// BootServerTests: sessions of the page.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("Sessions of the page")
struct PageSessionTests {
  private static let peer = SocketAddress.loopback(port: 1)
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  static func head(
    _ fields: [String] = [], method: String = "GET", path: String = "/", host: String = "h:1"
  ) throws -> RequestHead {
    let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + fields + ["", ""]
    return try RequestHead(parsing: Array(lines.joined(separator: "\r\n").utf8))
  }

  private static func session(
    _ sessions: PageSessions, at seconds: Int = 0
  ) throws -> String {
    let login = sessions.logIn(
      "right", expected: "right", from: peer, now: start.advanced(seconds: seconds))
    guard case .done(let session) = login else { throw ClientError(description: "\(login)") }
    return session
  }

  @Test func `last for twelve hours`() throws {
    let sessions = PageSessions(proxies: nil)
    let head = try Self.head(["Cookie: coreos_ipxe_ui_1=\(try Self.session(sessions))"])
    #expect(sessions.has(head, now: Self.start.advanced(seconds: 12 * 3600 - 1)))
    #expect(!sessions.has(head, now: Self.start.advanced(seconds: 12 * 3600)))
  }

  @Test func `are a hundred at most, and the first one goes`() throws {
    let sessions = PageSessions(proxies: nil)
    let all = try (0...100).map { try Self.session(sessions, at: $0) }
    #expect(Set(all).count == 101 && all.allSatisfy { $0.count == 64 })
    func has(_ index: Int) throws -> Bool {
      sessions.has(
        try Self.head(["Cookie: coreos_ipxe_ui=\(all[index])"]),
        now: Self.start.advanced(seconds: 200))
    }
    #expect(try !has(0))
    #expect(try has(1) && has(100))
  }

  @Test func `are found among cookies of others`() throws {
    let sessions = PageSessions(proxies: nil)
    let session = try Self.session(sessions)
    let other = String(repeating: "0", count: 64)
    let rows: [(String, Bool)] = [
      ("coreos_ipxe_ui_1=\(session)", true),
      ("a=b; coreos_ipxe_ui_4777=\(other); coreos_ipxe_ui_1=\(session)", true),
      ("coreos_ipxe_ui_1=\(other)", false), ("coreos_ipxe_ui_1=", false), ("a=\(session)", false),
      (session, false), ("", false),
    ]
    for (cookie, isIn) in rows {
      #expect(
        sessions.has(try Self.head(["Cookie: \(cookie)"]), now: Self.start) == isIn, "\(cookie)")
    }
    sessions.logOut(try Self.head(["Cookie: coreos_ipxe_ui_1=\(session)"]))
    #expect(!sessions.has(try Self.head(["Cookie: coreos_ipxe_ui_1=\(session)"]), now: Self.start))
  }

  @Test func `wait after wrong tokens, and a right one is not looked at`() throws {
    let sessions = PageSessions(proxies: nil)
    func logIn(_ token: String, after seconds: Int = 0) -> PageSessions.Login {
      sessions.logIn(
        token, expected: "right", from: Self.peer, now: Self.start.advanced(seconds: seconds))
    }
    for _ in 0..<5 { #expect(logIn("wrong") == .wrong) }
    #expect(logIn("right") == .wait(seconds: 30))
    #expect(logIn("wrong", after: 10) == .wait(seconds: 20))
    guard case .done = logIn("right", after: 30) else {
      Issue.record("still waits")
      return
    }
  }

  @Test(arguments: [
    ("http://boot.example:4777", "boot.example:4777", true),
    ("https://boot.example", "boot.example", true),
    ("HTTP://Boot.Example", "boot.example", true),
    ("http://boot.example", "BOOT.example", true),
    ("http://boot.example", "boot.example:4777", false),
    ("http://boot.example.evil", "boot.example", false),
    ("http://evil", "boot.example", false), ("null", "boot.example", false),
    ("boot.example", "boot.example", false), ("http://", "", false),
  ])
  func `take a change from this host's page alone`(origin: String, host: String, isOwn: Bool) {
    #expect(PageSessions.isOrigin(Array(origin.utf8)[...], of: Array(host.utf8)[...]) == isOwn)
    #expect(!PageSessions.isOrigin(nil, of: Array(host.utf8)[...]))
  }

  @Test(
    arguments: [
      (["X-Forwarded-Proto: https"], "10.0.0.1", "10.0.0.0/8", true),
      (["X-Forwarded-Proto: HTTPS"], "10.0.0.1", "10.0.0.0/8", true),
      // A proxy in front of a proxy: each says how it was asked.
      (["X-Forwarded-Proto: https, https"], "10.0.0.1", "10.0.0.0/8", true),
      (["X-Forwarded-Proto: https, http"], "10.0.0.1", "10.0.0.0/8", false),
      (["X-Forwarded-Proto: https", "X-Forwarded-Proto: http"], "10.0.0.1", "10.0.0.0/8", false),
      (["X-Forwarded-Proto: http"], "10.0.0.1", "10.0.0.0/8", false),
      (["X-Forwarded-Proto:"], "10.0.0.1", "10.0.0.0/8", false),
      ([], "10.0.0.1", "10.0.0.0/8", false),
      // Anyone can send it.
      (["X-Forwarded-Proto: https"], "192.0.2.1", "10.0.0.0/8", false),
      (["X-Forwarded-Proto: https"], "10.0.0.1", nil, false),
    ] as [([String], String, String?, Bool)])
  func `have a Secure cookie where a trusted proxy speaks TLS`(
    fields: [String], peer: String, proxies: String?, isSecure: Bool
  ) throws {
    let sessions = PageSessions(proxies: try proxies.map { try TrustedProxies(parsing: $0) })
    let address = SocketAddress.resolve(host: peer, service: "5")[0]
    let request = Request(
      head: try Self.head(fields, method: "POST"), local: address, peer: address)
    let plain = "; HttpOnly; SameSite=Strict"
    for cookie in [sessions.cookie("a", for: request), sessions.cookie(nil, for: request)] {
      #expect(cookie.hasSuffix(isSecure ? plain + "; Secure" : plain), "\(cookie)")
    }
  }

  @Test func `believe a trusted proxy about the host, and nobody else`() throws {
    func accepts(_ fields: [String], peer: String, proxies: String?) throws -> Bool {
      let sessions = PageSessions(proxies: try proxies.map { try TrustedProxies(parsing: $0) })
      let address = SocketAddress.resolve(host: peer, service: "5")[0]
      return sessions.accepts(
        Request(
          head: try Self.head(fields, method: "DELETE", host: "inner:1"), local: address,
          peer: address))
    }
    let fields = ["Origin: https://boot.example", "X-Forwarded-Host: boot.example"]
    #expect(try accepts(fields, peer: "10.0.0.1", proxies: "10.0.0.0/8"))
    #expect(try !accepts(fields, peer: "192.0.2.1", proxies: "10.0.0.0/8"))
    #expect(try !accepts(fields, peer: "10.0.0.1", proxies: nil))
    #expect(try accepts(["Origin: http://inner:1"], peer: "10.0.0.1", proxies: nil))
    #expect(try !accepts([], peer: "10.0.0.1", proxies: nil))
  }
}
