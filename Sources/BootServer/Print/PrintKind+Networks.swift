// BootServer/Print: how machines find the server.
// SPDX-License-Identifier: Apache-2.0

import Boot

extension PrintKind {
  static let networks: [PrintKind] = [
    PrintKind(name: "dnsmasq", meaning: "DHCP and TFTP for a network of machines", make: dnsmasq),
    PrintKind(
      name: "dnsmasq-proxy", meaning: "TFTP beside a router that gives addresses",
      make: dnsmasqProxy),
    PrintKind(
      name: "http-boot", meaning: "DHCP for UEFI HTTP Boot, without TFTP", make: httpBoot),
    PrintKind(name: "shim", meaning: "DHCP and TFTP for UEFI Secure Boot", make: shim),
    PrintKind(name: "kea", meaning: "DHCP by Kea, and TFTP by dnsmasq", make: kea),
    PrintKind(name: "libvirt-network", meaning: "a network for virsh", make: libvirtNetwork),
    PrintKind(name: "embed", meaning: "iPXE with this server's URL inside", make: embed),
    PrintKind(name: "vultr", meaning: "the iPXE ChainURL of a cloud's instance", make: vultr),
  ]

  private static func vultr(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let (base, host) = (try facts.base(), try facts.host())
    let url = base + "/boot.ipxe"
    var file = PrintedFile(
      path: "chain-url", comment: .hash,
      about: [
        "The iPXE ChainURL of a Vultr instance, or of any cloud that chains a URL.",
        "Where: Deploy, Server Image, iPXE Custom Script.",
        "See that it works from elsewhere: curl '\(url)'",
      ],
      body: url + "\n", warning: try facts.secureWarning())
    if PrivateAddress.isOne(host) {
      file.warning =
        "\(host) is a private address: a cloud's instances reach a public one,"
        + " which --base-url names"
    }
    return [file]
  }
}

/// Addresses that nobody reaches from elsewhere.
enum PrivateAddress {
  /// RFC 1918, loopback, link-local, shared (RFC 6598), and IPv6's unique local ones (RFC 4193).
  private static let networks = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
    "100.64.0.0/10", "fc00::/7", "fe80::/10", "::1/128",
  ].compactMap { IPNetwork($0) }

  /// - Parameter host: an address without brackets; a name is not looked up.
  static func isOne(_ host: String) -> Bool {
    host == "localhost" || networks.contains { $0.match(host) != nil }
  }
}
