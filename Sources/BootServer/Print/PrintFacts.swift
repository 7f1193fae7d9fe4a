// BootServer/Print: what printed files are made of.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// What is known of this server: never a guess.
struct PrintFacts {
  let arguments: Arguments
  /// How it looks for files that must be there.
  var exists: (String) -> Bool = { (try? FileStatus.of(path: $0))?.kind == .regular }
  /// IPv4 and IPv6 addresses of this host that others reach.
  var addresses: () -> [SocketAddress] = { HostAddresses.all }
  /// The network card of this host that has an address.
  var card: (String) -> String? = HostAddresses.card
  /// How many bits the network has that an IPv4 address of this host is in.
  var prefix: (String) -> Int? = HostAddresses.prefix
  /// The path of this program.
  var program: () -> String = { OwnName.path }
  /// Today, or the day of `SOURCE_DATE_EPOCH`: `2026-11-21`.
  var day: () -> String = {
    let told = Process.environment("SOURCE_DATE_EPOCH").flatMap { Int($0) }
    return String(CivilTime(told ?? Int(WallClock.now.seconds)).text.prefix(10))
  }
  /// Reads a file of this host; empty where it cannot be read.
  var read: (String) -> String = { path in
    String(decoding: (try? FileDescriptor.contents(of: path, limit: 1 << 16)) ?? [], as: UTF8.self)
  }

  init(_ arguments: Arguments) { self.arguments = arguments }

  var configuration: Configuration { arguments.configuration }

  /// The port that the server listens on.
  var port: String { configuration.listen.port }

  /// What every URL begins with, without a slash at its end: `http://192.168.122.1:4777`.
  ///
  /// `--base-url`; else the address of `--listen`; else the only IPv4 address of this host.
  func base() throws(UsageError) -> String {
    if let base = configuration.base { return String(decoding: base, as: UTF8.self) }
    let listen = configuration.listen
    guard ["", "0.0.0.0", "::"].contains(listen.host) else { return Self.url(listen.host, port) }
    let all = addresses()
    // Firmware asks for scripts over IPv4 unless there is none.
    let found = (all.contains { !$0.isIPv6 } ? all.filter { !$0.isIPv6 } : all).map(\.hostText)
    guard let first = found.first else {
      throw UsageError("this host has no address that machines reach: say one with --base-url")
    }
    guard found.count == 1 else {
      throw UsageError(
        "this host has several addresses: say which machines reach with --base-url, "
          + "as in --base-url \(Self.url(first, port)); the others are "
          + found.dropFirst().joined(separator: ", "))
    }
    return Self.url(first, port)
  }

  private static func url(_ host: String, _ port: String) -> String {
    "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// `192.168.122.1:4777` of the base URL.
  func authority() throws(UsageError) -> String { BaseURL.authority(of: try base()) }

  /// The base URL's host without brackets and port: an address or a name.
  func host() throws(UsageError) -> String {
    let authority = try authority()
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[authority.index(after: authority.startIndex)..<end])
    }
    return String(authority.prefix { $0 != ":" })
  }
}
