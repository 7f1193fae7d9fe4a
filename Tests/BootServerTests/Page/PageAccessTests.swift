// BootServerTests: the page over HTTP: who gets it, and what a cookie opens.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The page")
struct PageAccessTests {
  private static let token = "a-long-random-word"

  /// A server with a token, and one that has logged in.
  private struct Lab {
    let machines: MachineLab
    private let place: TemporaryDirectory

    init(_ files: [String: String] = [:], proxies: String? = nil) throws {
      let place = try TemporaryDirectory(["token": token + "\n"])
      let trusted = try proxies.map { try TrustedProxies(parsing: $0) }
      self.place = place
      machines = try MachineLab(
        files,
        adjust: {
          $0.apiTokenFile = place.path + "/token"
          $0.trustedProxies = trusted
        })
    }

    var host: String { "127.0.0.1:\(machines.server.port)" }

    func send(
      _ method: String, _ path: String, _ body: String? = nil, fields: [String] = []
    ) throws -> Answer {
      let client = try machines.server.client()
      let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
      let head = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + length + fields
      try client.send(head.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
      return try client.answer(hasBody: method != "HEAD")
    }

    func logIn() throws -> String {
      let answer = try send("POST", "/ui/login", "token=\(token)")
      let cookie = try #require(answer["set-cookie"])
      #expect(answer.status == 303 && answer["location"] == "./")
      return "Cookie: " + cookie.prefix { $0 != ";" }
    }
  }

  @Test func `is not there on the network without a token file`() throws {
    let lab = try MachineLab()
    for path in ["/ui/", "/ui/app.js"] {
      let answer = try lab.server.get(path)
      #expect(answer.status == 404 && answer.text.contains("coreos-ipxe-server page opens it"))
    }
    #expect(try lab.server.get("/ui/login", method: "POST").status == 404)
    let whole = try lab.api("GET", "/ui/")
    #expect(whole.status == 200 && whole.text.contains("data-by=\"socket\""))
  }

  @Test func `asks for the token, takes it in a form, and gives a cookie`() throws {
    let lab = try Lab()
    let first = try lab.send("GET", "/ui/")
    #expect(first.status == 200 && first.text.contains("action=\"login\""))
    #expect(!first.text.contains("app.js"))
    let wrong = try lab.send("POST", "/ui/login", "token=wrong")
    #expect(wrong.status == 403 && wrong["set-cookie"] == nil)
    #expect(wrong.text.contains("role=\"alert\">That is not the server"))
    let cookie = try #require(
      try lab.send("POST", "/ui/login", "token=\(Self.token)")["set-cookie"])
    let name = "coreos_ipxe_ui_\(lab.machines.server.port)="
    #expect(cookie.hasPrefix(name) && !cookie.contains(Self.token))
    #expect(cookie.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"))
    let page = try lab.send("GET", "/ui/", fields: ["Cookie: " + cookie.prefix { $0 != ";" }])
    #expect(page.text.contains("app.js") && page["cache-control"] == "no-store")
    #expect(lab.machines.server.logHolds("event=login error=\"a wrong token\""))
    #expect(!lab.machines.server.log.contains(Self.token))
  }

  @Test(
    arguments: [
      ("127.0.0.1", "https", true), ("127.0.0.1", "http", false), ("192.0.2.1", "https", false),
      (nil, "https", false),
    ] as [(String?, String, Bool)])
  func `has a Secure cookie behind TLS, and not because anyone says so`(
    proxies: String?, scheme: String, isSecure: Bool
  ) throws {
    let lab = try Lab(proxies: proxies)
    let fields = ["X-Forwarded-Proto: \(scheme)", "X-Forwarded-For: 198.51.100.7"]
    let login = try lab.send("POST", "/ui/login", "token=\(Self.token)", fields: fields)
    let cookie = try #require(login["set-cookie"])
    #expect(cookie.contains("; Secure") == isSecure, "\(cookie)")
    let own = ["Cookie: " + cookie.prefix { $0 != ";" }, "Origin: https://\(lab.host)"]
    let logout = try lab.send("POST", "/ui/logout", fields: fields + own)
    #expect(logout.status == 204)
    #expect(logout["set-cookie"]?.contains("; Secure") == isSecure)
  }

  @Test func `slows down who sends wrong tokens, and not the API`() throws {
    let lab = try Lab()
    for _ in 0..<5 { #expect(try lab.send("POST", "/ui/login", "token=x").status == 403) }
    let next = try lab.send("POST", "/ui/login", "token=\(Self.token)")
    #expect(next.status == 429 && next["set-cookie"] == nil)
    let seconds = try #require(next["retry-after"].flatMap { Int($0) })
    #expect((1...30).contains(seconds) && next.text.contains("in \(seconds) seconds"))
    let bearer = ["Authorization: Bearer \(Self.token)"]
    #expect(try lab.send("GET", "/machines", fields: bearer).status == 200)
  }

  @Test func `opens with its cookie what it needs, and nothing else`() throws {
    let lab = try Lab()
    let cookie = try lab.logIn()
    for path in ["/machines", "/machines?limit=1", "/image-versions", "/ui/profiles"] {
      #expect(try lab.send("GET", path, fields: [cookie]).status == 200, "\(path)")
      #expect(try lab.send("GET", path).status == 401, "\(path)")
    }
    #expect(try lab.send("GET", "/explain?profile=core", fields: [cookie]).status == 200)
    for path in ["/state", "/state/backup", "/doubts", "/events/recent"] {
      #expect(try lab.send("GET", path, fields: [cookie]).status == 401, "\(path)")
    }
    // A wrong token is not made good by a cookie.
    #expect(
      try lab.send("GET", "/machines", fields: [cookie, "Authorization: Bearer x"]).status == 401)
  }

  @Test func `takes changes by cookie from itself alone`() throws {
    let lab = try Lab()
    let cookie = try lab.logIn()
    let path = "/machines/\(MachineLab.uuid(1))"
    let own = "Origin: http://\(lab.host)"
    for origin in [[], ["Origin: null"], ["Origin: http://evil"], ["Origin: http://127.0.0.1:1"]] {
      for method in ["PUT", "PATCH", "DELETE"] {
        let answer = try lab.send(
          method, path, method == "DELETE" ? nil : "{}", fields: [cookie] + origin)
        #expect(answer.status == 403, "\(method) \(origin)")
      }
      #expect(try lab.send("POST", "/ui/logout", fields: [cookie] + origin).status == 403)
    }
    #expect(try lab.machines.records().isEmpty)
    #expect(try lab.send("PUT", path, "{}", fields: [cookie, own]).status == 201)
    #expect(try lab.send("DELETE", path, fields: [cookie, own]).status == 204)
    // Who sends the token needs no origin.
    let bearer = "Authorization: Bearer \(Self.token)"
    #expect(try lab.send("PUT", path, "{}", fields: [bearer]).status == 201)
    #expect(try lab.send("POST", "/ui/logout", fields: [cookie, own]).status == 204)
    #expect(try lab.send("GET", "/machines", fields: [cookie]).status == 401)
  }

  @Test func `says what a browser may do with it, and is small`() throws {
    let lab = try MachineLab()
    var size = 0
    for name in [""] + PageAsset.all.keys {
      let answer = try lab.api("GET", "/ui/\(name)")
      #expect(answer.status == 200, "\(name)")
      let policy = try #require(answer["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
      #expect(answer["referrer-policy"] == "no-referrer")
      #expect(answer["x-content-type-options"] == "nosniff")
      #expect(!answer.text.contains("innerHTML") && !answer.text.contains(" style="))
      // Nothing is fetched from elsewhere.
      for match in answer.text.matches(of: #/https?:\/\/[a-z0-9.]+/#) {
        #expect(match.output == "http://www.w3.org", "\(name): \(match.output)")
      }
      size += answer.body.count
    }
    // The first hundred machines come on top.
    #expect(size < 70_000)
    let script = try lab.api("GET", "/ui/app.js")
    let again = try lab.api(
      "GET", "/ui/app.js", fields: ["If-None-Match: \(try #require(script["etag"]))"])
    #expect(again.status == 304)
    #expect(try lab.api("GET", "/ui/nothing.js").status == 404)
    #expect(try lab.api("GET", "/ui").status == 301)
  }

  @Test func `has the profiles to choose from`() throws {
    let lab = try MachineLab(["profiles/a b <i>.json": #"{"version":"1"}"#])
    #expect(try lab.api("GET", "/ui/profiles").text == "[\"a b <i>\",\"core\",\"ram\"]\n")
  }
}
