// BootServer/CommandLine: what the server is told at its start.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// How the server runs.
package struct Configuration: Sendable {
  package var dataDirectory = "/opt/coreos-ipxe-server"
  package var listen = ListenAddress.standard
  /// `host[:port][/path]`; `nil`: what the request's Host says.
  package var base: [UInt8]?
  package var logLevel = Log.Level.info
  /// Event loops; `nil`: one a processor.
  package var threads: Int?
  package var stateDirectoryOption: String?
  package var unmatched = Unmatched.hold
  package var apiTokenFile: String?
  package var dialects: Set<Dialect> = []
  package var etcd: String?
  package var discoverySize = 3

  package var stateDirectory: String { stateDirectoryOption ?? dataDirectory + "/state" }

  package init() {}
}

extension Configuration {
  /// The token of the API on the network.
  func apiToken() throws(StartError) -> String? {
    guard let file = apiTokenFile else { return nil }
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try FileDescriptor.contents(of: file, limit: 4096)
    } catch {
      throw StartError(description: "cannot read the API token in \(file): \(error)")
    }
    let token = String(decoding: bytes, as: UTF8.self)
      .split { $0 == " " || $0 == "\n" || $0 == "\r\n" || $0 == "\t" }.map(String.init)
    guard token.count == 1, token[0].utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw StartError(
        description: token.isEmpty
          ? "the API token file \(file) is empty; put a long random word into it"
          : "the API token file \(file) must hold one word of printable ASCII")
    }
    return token[0]
  }

  /// The state directory must not lie in a folder that is served.
  func checkStateDirectory() throws(StartError) {
    let state = stateDirectory.split(separator: "/").filter { $0 != "." }
    let data = dataDirectory.split(separator: "/").filter { $0 != "." }
    guard state.starts(with: data) else { return }
    let inner = state.dropFirst(data.count)
    guard let folder = inner.first else {
      throw StartError(
        description: "the state directory \(stateDirectory) is the data directory;"
          + " choose another with --state-dir")
    }
    guard !DataFolder.all.contains(String(folder)) else {
      throw StartError(
        description: "the state directory \(stateDirectory) lies in \(folder)/, which is served;"
          + " choose another with --state-dir")
    }
  }
}

/// A wrong option or value; `description` is one line.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// An address as Go's `net.Listen` takes it: `HOST:PORT`, `:PORT`, `[ADDRESS]:PORT`.
package struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
  package let host: String
  package let port: String
  package let description: String

  package static let standard = ListenAddress(host: "0.0.0.0", port: "4777", text: "0.0.0.0:4777")

  private init(host: String, port: String, text: String) {
    self.host = host
    self.port = port
    description = text
  }

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

/// The base of every URL in a script: `host[:port][/path]`, the same behind `http://` too.
package enum BaseURL {
  package static func parse(_ text: String) throws(UsageError) -> [UInt8] {
    var rest = Substring(text)
    if rest.lowercased().hasPrefix("http://") { rest = rest.dropFirst(7) }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    let plain = { (byte: UInt8) in ASCII.isAlphanumeric(byte) || "-._~/%+@:,=".utf8.contains(byte) }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard Authority.isValid(host.utf8), !host.hasSuffix(":"), path.utf8.allSatisfy(plain),
      !segments.contains(where: { ["", ".", ".."].contains($0) }),
      PercentCoding.decoded(Array(path.utf8)[...]) != nil
    else {
      throw UsageError("'\(text)' is not host[:port][/path], with or without http:// in front")
    }
    return Array(rest.utf8)
  }
}
