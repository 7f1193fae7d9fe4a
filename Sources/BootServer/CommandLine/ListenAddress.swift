// BootServer/CommandLine: the address to serve on.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System

/// An address as Go's `net.Listen` takes it: `HOST:PORT`, `:PORT`, `[ADDRESS]:PORT`.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
  /// Empty: every address.
  package let host: String
  /// A number, or a name of services(5).
  package let port: String
  /// As it was given.
  package let description: String

  /// The original's.
  package static let standard = ListenAddress(host: "0.0.0.0", port: "4777", text: "0.0.0.0:4777")

  private init(host: String, port: String, text: String) {
    self.host = host
    self.port = port
    description = text
  }

  /// Reads the option's value; a name is looked up later, by ``resolved()``.
  package init(_ text: String) throws(UsageError) {
    guard let colon = text.lastIndex(of: ":") else {
      throw UsageError("'\(text)' has no port; write HOST:PORT or :PORT")
    }
    var host = String(text[..<colon])
    let port = String(text[text.index(after: colon)...])
    if host.hasPrefix("[") && host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") || host.contains("[") || host.contains("]") {
      throw UsageError("'\(text)' has too many colons; write an IPv6 address as [ADDRESS]:PORT")
    }
    guard !port.isEmpty else { throw UsageError("'\(text)' has no port behind its colon") }
    if let number = Int(port), !(0...65535).contains(number) {
      throw UsageError("'\(text)': a port is a number up to 65535")
    }
    self.init(host: host, port: port, text: text)
  }

  /// The address to bind.
  ///
  /// No host, and `[::]`, mean every address of both families, as they did for the original.
  package func resolved() throws(UsageError) -> ListenSource {
    if host.isEmpty, let address = SocketAddress.resolve(host: "::", service: port).first {
      return .address(address, bothFamilies: true)
    }
    let found = SocketAddress.resolve(host: host.isEmpty ? "0.0.0.0" : host, service: port)
    guard let address = found.first else {
      throw UsageError("cannot listen on \(self): no such host or port name")
    }
    return .address(address, bothFamilies: address.isIPv6 && address.isUnspecified)
  }
}

extension ListenAddress {
  /// What `:PORT` means on a machine without IPv6; `nil` where a host is named.
  var anyIPv4: SocketAddress? {
    host.isEmpty ? SocketAddress.resolve(host: "0.0.0.0", service: port).first : nil
  }
}
