// BootServer/Print: the network that files are for.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension Option {
  static let networkCard = Option(
    "--interface", "CARD", standard: "the one that has the base URL's address",
    meaning: "the network card that machines are on",
    parse: { (_, value) throws(UsageError) in
      guard (1...15).contains(value.utf8.count), Self.isPlain(value), !value.contains("/") else {
        throw UsageError("'\(value)' is no name of a network card, such as eth0")
      }
    })

  static let subnet = Option(
    "--subnet", "CIDR",
    standard: "that of the card with the base URL's address; else the /24 of that",
    meaning: "the network that machines are on: 192.168.122.0/24",
    parse: { (_, value) throws(UsageError) in _ = try IPv4Network(value) })

  static let tftpRoot = Option(
    "--tftp-root", "DIR", standard: PrintFacts.ipxePackage,
    meaning: "where the builds of iPXE are that TFTP hands out",
    parse: { (_, value) throws(UsageError) in
      guard value.hasPrefix("/"), Self.isPlain(value) else {
        throw UsageError("'\(value)' is no absolute path of letters, digits and ._/+-")
      }
    })

  /// The options of files about networks.
  static let networks = [networkCard, subnet, tftpRoot]

  /// Whether it stands in every format as it is.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "._/+-:@".utf8.contains($0) }
  }
}

extension PrintFacts {
  /// Where Debian's package ipxe has its files.
  static let ipxePackage = "/usr/lib/ipxe"

  var tftpRoot: String { arguments[.tftpRoot] ?? Self.ipxePackage }

  /// The folder of binaries that firmware and shim load over HTTP.
  var httpFolder: String { RealPath.of(configuration.dataDirectory) + "/images/efi" }

  /// ``base()``, where others reach it.
  func reachableBase() throws(UsageError) -> String {
    let base = try base()
    guard !BaseURL.isLoopback(base) else {
      throw UsageError("\(base) is this host alone: say what machines reach with --base-url")
    }
    return base
  }

  /// ``reachableBase()`` for dnsmasq, whose values end at a comma.
  func commalessBase() throws(UsageError) -> String {
    let base = try reachableBase()
    guard !base.contains(",") else {
      throw UsageError("dnsmasq's file has no place for the comma of \(base) in --base-url")
    }
    return base
  }

  /// `--subnet`, else the network of the card that has the base URL's address, else the /24 of that.
  func network() throws(UsageError) -> IPv4Network {
    if let subnet = arguments[.subnet] { return try IPv4Network(subnet) }
    let host = try host()
    guard let network = IPv4Network(around: host, length: prefix(host) ?? 24) else {
      if let length = prefix(host) {
        throw UsageError(
          "this host's \(host) is in a /\(length), which has no room for machines: say what network"
            + " they are on with --subnet, as in --subnet 192.168.122.0/24")
      }
      throw UsageError(
        "the base URL's \(host) is no IPv4 address: say what network machines are on with"
          + " --subnet, as in --subnet 192.168.122.0/24")
    }
    return network
  }

  /// `--interface`, else the card that has the base URL's address.
  func networkCard() throws(UsageError) -> String {
    if let card = arguments[.networkCard] { return card }
    let host = try host()
    guard let card = card(host) else {
      throw UsageError(
        "no network card here has the base URL's \(host): say which one machines are on with"
          + " --interface, as in --interface eth0")
    }
    return card
  }

  /// The line that asks DHCP as machines do.
  func doctor(_ card: String) throws(UsageError) -> String {
    let data =
      arguments[.dataDirectory].map { " --data-dir \(ShellWord.quoted(RealPath.of($0)))" } ?? ""
    return "coreos-ipxe-server doctor --dhcp \(card)\(data) --base-url \(try base())"
  }

  /// What those builds of iPXE cannot do that Debian has.
  func secureWarning() throws(UsageError) -> String? {
    try base().hasPrefix("https:")
      ? "Debian's builds of iPXE, and the ROMs of most cards, know no https" : nil
  }

  /// The data directory's folder for HTTP Boot, where a format needs no quotes for it.
  func plainHTTPFolder() throws(UsageError) -> String {
    guard Option.isPlain(httpFolder) else {
      throw UsageError(
        "dnsmasq's file has no place for the data directory's name, \(httpFolder):"
          + " say another one, of letters, digits and ._/+-, with --data-dir")
    }
    return httpFolder
  }
}
