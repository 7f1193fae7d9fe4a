// BootServer/Print: a network of libvirt's.
// SPDX-License-Identifier: Apache-2.0

extension PrintKind {
  /// libvirt's `<bootp>` knows one file for all: its dnsmasq is given the lines themselves.
  static func libvirtNetwork(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let (base, network) = (try facts.commalessBase(), try facts.network())
    let host = try facts.host()
    // The bridge is this host's card in the network; with another network, the server is behind it.
    let address = network.contains(host) ? host : network.firstHost
    let pool = network.pool(without: address)
    let text = DnsmasqText(facts, base: base, network: network, card: "")
    let lines =
      try DnsmasqText.ipxe + text.script
      + text.binaries(BootBinary.tftp, in: facts.tftpRoot) + text.http()
    let options = lines.split(separator: "\n").compactMap { line in
      // A comment of XML ends at two dashes.
      if line.hasPrefix("# "), !line.contains("--") { return "    <!-- \(line.dropFirst(2)) -->\n" }
      return line.hasPrefix("#") ? nil : "    <dnsmasq:option value='\(line)'/>\n"
    }.joined()
    let name = "coreos-ipxe"
    let bridge = facts.arguments[.networkCard] ?? "virbr-ipxe"
    let body = """
      <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
        <name>\(name)</name>
        <forward mode='nat'/>
        <bridge name='\(bridge)' stp='on' delay='0'/>
        <ip address='\(address)' netmask='\(network.mask)'>
          <tftp root='\(facts.tftpRoot)'/>
          <dhcp>
            <range start='\(pool.first)' end='\(pool.last)'/>
          </dhcp>
        </ip>
        <dnsmasq:options>
      \(options)  </dnsmasq:options>
      </network>

      """
    let file = "\(name).xml"
    return [
      PrintedFile(
        path: file, comment: .xml,
        about: [
          "A network of virtual machines that boot from this server.",
          "Where: virsh net-define \(file), then virsh net-start \(name); no other has its addresses.",
          "See that it works: virsh net-dhcp-leases \(name), once a guest boots from this network.",
        ],
        body: body, warning: try facts.secureWarning())
    ]
  }
}
