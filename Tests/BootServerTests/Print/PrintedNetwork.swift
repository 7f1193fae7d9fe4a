// BootServerTests: files of `print` without this host.
// SPDX-License-Identifier: Apache-2.0

import System
import Testing

@testable import BootServer

/// A host with one card and the builds of iPXE that Debian 12 has.
enum PrintedNetwork {
  static let base = ["--base-url", "http://192.168.122.1:4777"]
  static let debian = ["/usr/lib/ipxe/undionly.kpxe", "/usr/lib/ipxe/snponly.efi"]
  static let server = "/opt/coreos-ipxe-server/images/efi"

  /// - Parameter files: what is on the host.
  static func files(
    _ kind: String, _ options: [String] = base, files: [String] = debian,
    cards: [String: String] = ["192.168.122.1": "br0"], addresses: [String] = [],
    prefixes: [String: Int] = [:]
  ) throws -> [PrintedFile] {
    // The check of a command line asks the real host; none of these depends on it.
    var arguments = Arguments(.print)
    for (flag, value) in zip(options, options.dropFirst()) where flag.hasPrefix("--") {
      let option = try #require(Verb.print.allOptions.first { $0.flag == flag })
      try arguments.set(option, value)
    }
    var facts = PrintFacts(arguments)
    facts.exists = { files.contains($0) }
    facts.card = { cards[$0] }
    facts.prefix = { prefixes[$0] }
    facts.addresses = {
      addresses.compactMap { SocketAddress.resolve(host: $0, service: "0").first }
    }
    return try PrintKind.named([kind]).make(facts)
  }

  /// The only file, or the first of several.
  static func text(
    _ kind: String, _ options: [String] = base, files: [String] = debian,
    cards: [String: String] = ["192.168.122.1": "br0"]
  ) throws -> String {
    try #require(try Self.files(kind, options, files: files, cards: cards).first).text
  }

  /// The line that refuses.
  static func refusal(
    _ kind: String, _ options: [String], addresses: [String] = []
  ) -> String {
    do {
      return "printed " + (try files(kind, options, addresses: addresses).map(\.path)).joined()
    } catch let error as UsageError {
      return error.description
    } catch {
      return "\(error)"
    }
  }
}
