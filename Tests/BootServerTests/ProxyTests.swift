// BootServerTests: proxies in front of the server.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("Trusted proxies")
struct ProxyTests {
  static func client(_ fields: [String], peer: String = "10.0.0.1") throws -> String {
    let proxies = try TrustedProxies(parsing: "10.0.0.0/8, fd00::/8")
    let head = "GET / HTTP/1.1\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    let peers = SocketAddress.resolve(host: peer, service: "4711")
    return proxies.client(try RequestHead(parsing: Array(head.utf8)), peers[0]).hostText
  }

  static let rows: [(fields: [String], client: String)] = [
    ([], "10.0.0.1"),
    (["X-Forwarded-For: 192.0.2.7"], "192.0.2.7"),
    // The left ones were told by whoever has the right one.
    (["X-Forwarded-For: 1.1.1.1, 192.0.2.7"], "192.0.2.7"),
    (["X-Forwarded-For: 192.0.2.7, 10.9.9.9"], "192.0.2.7"),
    (["X-Forwarded-For: 1.1.1.1", "x-forwarded-for: 192.0.2.7,10.2.2.2"], "192.0.2.7"),
    (["X-Forwarded-For: 10.3.3.3, 10.2.2.2"], "10.3.3.3"),
    (["X-Forwarded-For: 192.0.2.7:5555"], "192.0.2.7"),
    (["X-Forwarded-For: [2001:db8::7]:5555"], "2001:db8::7"),
    (["X-Forwarded-For: 2001:db8::7"], "2001:db8::7"),
    (["X-Forwarded-For: 192.0.2.7, junk"], "10.0.0.1"),
    (["X-Forwarded-For: junk, 10.2.2.2"], "10.2.2.2"),
    (["X-Forwarded-For: "], "10.0.0.1"),
    (["Forwarded: for=192.0.2.60;proto=http;by=203.0.113.43"], "192.0.2.60"),
    ([#"Forwarded: For="[2001:db8:cafe::17]:4711""#], "2001:db8:cafe::17"),
    (["Forwarded: for=1.1.1.1, for=192.0.2.60"], "192.0.2.60"),
    (["Forwarded: for=1.1.1.1, for=unknown"], "10.0.0.1"),
    (["Forwarded: for=1.1.1.1, proto=https"], "10.0.0.1"),
    (["Forwarded: for=1.1.1.1", "X-Forwarded-For: 192.0.2.7"], "192.0.2.7"),
  ]

  @Test(arguments: rows)
  func `are believed of the rightmost address that is none of them`(
    fields: [String], client: String
  ) throws {
    #expect(try Self.client(fields) == client)
    #expect(
      try Self.client(fields, peer: "fd00::1") == client.replacing("10.0.0.1", with: "fd00::1"))
  }

  @Test(arguments: rows)
  func `alone are believed`(fields: [String], client: String) throws {
    #expect(try Self.client(fields, peer: "192.0.2.99") == "192.0.2.99")
  }

  @Test(arguments: ["", "10.0.0.0/33", "proxy", "10.0.0.1,,x", "10.0.0.1/-1"])
  func `are networks`(list: String) {
    #expect(throws: UsageError.self) { try TrustedProxies(parsing: list) }
  }

  @Test func `say whose machine it is, in the log and to match.ip, and open nothing`() throws {
    let server = try TestServer(
      [
        "profiles/rack.json":
          #"{"os":"flatcar","version":"1","match":{"ip":"192.0.2.0/24"}}"#
      ].merging(MachineLab.images) { $1 },
      adjust: {
        $0.trustedProxies = try? TrustedProxies(parsing: "127.0.0.1")
      })
    let uuid = "4c4c4544-0031-3010-8034-b7c04f4a3532"
    let target = "/boot.ipxe?uuid=\(uuid)&mac=52-54-00-00-00-01"
    #expect(try server.get(target).status == 503)
    let told = try server.get(target, fields: ["X-Forwarded-For: 192.0.2.7"])
    #expect(told.status == 200, "\(told.text)")
    #expect(server.logHolds(" client=192.0.2.7 "), "\(server.log)")
    let list = try server.get("/machines", fields: ["X-Forwarded-For: 127.0.0.1"])
    #expect(list.status == 403)
  }
}
