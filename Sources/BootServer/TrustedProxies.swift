// BootServer: proxies that are believed about whom they ask for.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// The proxies in front of this server, and what they say of their clients.
///
/// Nobody else is believed: anyone can send these fields. An address that is told so is used for the
/// log, `match.ip` and Stacki's dialect, and never makes a request a trusted one.
package struct TrustedProxies: Sendable {
  private let networks: [IPNetwork]

  /// - Parameter list: addresses and networks with commas between them: `10.0.0.0/8,fd00::1`.
  init(parsing list: String) throws(UsageError) {
    var networks: [IPNetwork] = []
    for word in list.split(separator: ",") {
      let text = String(word.filter { $0 != " " })
      guard let network = IPNetwork(text) else {
        throw UsageError("'\(text)' is neither an address nor a network such as 10.0.0.0/8")
      }
      networks.append(network)
    }
    guard !networks.isEmpty else { throw UsageError("names no proxy") }
    self.networks = networks
  }

  /// Who asks: the rightmost address that is not a proxy's, for everything left of it was told by
  /// whoever has it.
  func client(_ head: RequestHead, _ peer: SocketAddress) -> SocketAddress {
    guard isProxy(peer) else { return peer }
    var client = peer
    for hop in Self.hops(head).reversed() {
      guard let address = Self.address(hop) else { return client }
      client = address
      guard isProxy(address) else { return client }
    }
    return client
  }

  /// The host that a client asked for; `nil` where no proxy says so.
  ///
  /// Of a list the first counts: the proxy nearest to the client.
  func forwardedHost(_ request: Request) -> ArraySlice<UInt8>? {
    guard comesByProxy(request), let field = request.head.first(.xForwardedHost) else { return nil }
    let host = ASCII.trimmed(field.prefix { $0 != UInt8(ascii: ",") })
    return Authority.isValid(host) ? host : nil
  }

  /// Whether a client came by TLS, all the way: a trusted proxy says so, and none says otherwise.
  func saysTLS(_ request: Request) -> Bool {
    guard comesByProxy(request), let field = request.head.joined(.xForwardedProto) else {
      return false
    }
    let words = field.split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false
    ).map(ASCII.trimmed)
    return words.allSatisfy { ASCII.equal($0, "https") }
  }

  /// Port 0: a proxy said who asks.
  private func comesByProxy(_ request: Request) -> Bool {
    request.peer.port == 0 || isProxy(request.peer)
  }

  private func isProxy(_ address: SocketAddress) -> Bool {
    let text = address.hostText
    return networks.contains { $0.match(text) != nil }
  }

  /// `X-Forwarded-For`, and where there is none the `for=` of `Forwarded` (RFC 7239), in their order.
  private static func hops(_ head: RequestHead) -> [ArraySlice<UInt8>] {
    let comma = UInt8(ascii: ",")
    if let field = head.joined(.xForwardedFor) {
      return field.split(separator: comma).map(ASCII.trimmed)
    }
    return (head.joined(.forwarded) ?? []).split(separator: comma).map { element in
      for pair in element.split(separator: UInt8(ascii: ";")) {
        let pair = ASCII.trimmed(pair)
        if ASCII.equal(pair.prefix(4), "for=") {
          return pair.dropFirst(4).filter { $0 != UInt8(ascii: "\"") }[...]
        }
      }
      // It hides its client: whatever stands left of it is not believed.
      return []
    }
  }

  /// `10.0.0.7`, `10.0.0.7:4711`, `fd00::7`, `[fd00::7]:4711`; the port is of no use to anyone.
  private static func address(_ hop: ArraySlice<UInt8>) -> SocketAddress? {
    guard hop.count <= 64 else { return nil }
    var text = Substring(String(decoding: hop, as: UTF8.self))
    if text.hasPrefix("[") {
      text = text.dropFirst().prefix { $0 != "]" }
    } else if text.contains("."), let colon = text.firstIndex(of: ":") {
      text = text[..<colon]
    }
    guard let bytes = IPNetwork(String(text))?.address else { return nil }
    let host: SocketAddress.Host =
      bytes.count == 4
      ? .v4(Self.native(bytes[...], as: UInt32.self))
      : .v6(
        Self.native(bytes[..<8], as: UInt64.self), Self.native(bytes[8...], as: UInt64.self),
        scope: 0)
    return SocketAddress(host: host, port: 0)
  }

  private static func native<Number: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, as: Number.Type
  ) -> Number {
    bytes.reduce(Number(0)) { $0 << 8 | Number($1) }.bigEndian
  }
}
