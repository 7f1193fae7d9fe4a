// BootServerTests: the network that machines are on.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BootServer

@Suite("An IPv4 network")
struct IPv4NetworkTests {
  @Test func `is named by any address in it`() throws {
    let network = try IPv4Network("192.168.122.77/24")
    #expect(network.description == "192.168.122.0/24" && network.mask == "255.255.255.0")
    #expect(network.firstHost == "192.168.122.1" && network.lastHost == "192.168.122.254")
    #expect(network == IPv4Network(around: "192.168.122.1"))
    #expect(network.contains("192.168.122.255") && !network.contains("192.168.123.0"))
    #expect(IPv4Network(around: "boot.example") == nil)
  }

  @Test(arguments: [
    ("10.0.0.0/24", "10.0.0.100", "10.0.0.199"), ("10.0.0.0/29", "10.0.0.3", "10.0.0.5"),
    ("10.0.0.0/8", "10.0.100.0", "10.0.199.255"),
    ("10.5.0.0/16", "10.5.100.0", "10.5.199.255"), ("10.0.0.64/26", "10.0.0.89", "10.0.0.113"),
    ("255.255.255.0/24", "255.255.255.100", "255.255.255.199"),
  ])
  func `has a pool inside it`(text: String, first: String, last: String) throws {
    let pool = try IPv4Network(text).pool(without: "boot.example")
    #expect(pool == (first, last))
  }

  @Test func `has the server's own part for machines where it is very large`() throws {
    let network = try #require(IPv4Network(around: "10.5.0.1", length: 8))
    #expect(network.description == "10.0.0.0/8" && network.mask == "255.0.0.0")
    #expect(network.pool(without: "10.5.0.1") == ("10.5.100.0", "10.5.199.255"))
    #expect(network.pool(without: "11.5.0.1") == ("10.0.100.0", "10.0.199.255"))
    #expect(IPv4Network(around: "10.5.0.1", length: 30) == nil)
    #expect(IPv4Network(around: "10.5.0.1", length: 32) == nil)
  }

  @Test(arguments: [
    ("10.0.0.100", "10.0.0.101", "10.0.0.199"), ("10.0.0.199", "10.0.0.100", "10.0.0.198"),
    ("10.0.0.110", "10.0.0.111", "10.0.0.199"), ("10.0.0.190", "10.0.0.100", "10.0.0.189"),
    ("10.0.0.99", "10.0.0.100", "10.0.0.199"),
  ])
  func `keeps the server out of its pool`(server: String, first: String, last: String) throws {
    let pool = try IPv4Network("10.0.0.0/24").pool(without: server)
    #expect(pool == (first, last))
  }
}
