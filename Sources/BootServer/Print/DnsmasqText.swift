// BootServer/Print: a whole file for dnsmasq.
// SPDX-License-Identifier: Apache-2.0

/// The parts of dnsmasq's file; each is lines.
struct DnsmasqText {
  /// How a file's first programs are chosen.
  enum Builds {
    /// Those that are there.
    case present
    /// Those that are there over HTTP once the file beside it has run.
    case placed
    /// Signed ones, once the file beside it has run.
    case signed
  }

  let facts: PrintFacts
  let base: String
  let network: IPv4Network
  let card: String
  var builds = Builds.present

  init(_ facts: PrintFacts, base: String, network: IPv4Network, card: String) {
    (self.facts, self.base, self.network, self.card) = (facts, base, network, card)
  }

  init(_ facts: PrintFacts, _ builds: Builds = .present) throws(UsageError) {
    self.facts = facts
    self.builds = builds
    base = try facts.commalessBase()
    network = try facts.network()
    card = try facts.networkCard()
  }

  static let place = "/etc/dnsmasq.d/coreos-ipxe-server.conf"

  /// No DNS, one card.
  var head: String {
    """
    # No DNS. Where this dnsmasq answers names already, take this line out.
    port=0
    interface=\(card)
    bind-dynamic

    """
  }

  /// Addresses, which this dnsmasq gives alone.
  func addresses() throws(UsageError) -> String {
    let pool = network.pool(without: try facts.host())
    return """

      # This host is named as the machines' router, and nobody for DNS, which installers ask for. If
      # others are, say so:
      dhcp-range=\(pool.first),\(pool.last),\(network.mask),1h
      #dhcp-option=option:router,\(network.lastHost)
      #dhcp-option=option:dns-server,\(network.lastHost)

      """
  }

  /// TFTP from a folder.
  static func tftp(_ root: String) -> String { "\nenable-tftp\ntftp-root=\(root)\n" }

  /// How iPXE is told from the others.
  static let ipxe = """

    # iPXE says so by option 175, or by user class alone. It gets the script, and never iPXE again.
    dhcp-match=set:ipxe,175
    dhcp-userclass=set:ipxe,iPXE

    """

  /// What iPXE gets where addresses come from here.
  var script: String { "dhcp-boot=tag:ipxe,\(base)/boot.ipxe\n" }

  /// The first program of each kind of firmware that has one.
  func binaries(_ kinds: [BootBinary], in root: String) -> String {
    kinds.map { kind in
      let match = kind.architectures.map { "dhcp-match=set:\(kind.tag),option:client-arch,\($0)\n" }
      let wanted = builds == .signed ? kind.signed.first : kind.found(in: root, facts.exists)
      guard let file = wanted else {
        let boot = "dhcp-boot=tag:!ipxe,tag:\(kind.tag),\(kind.wanted)\n"
        return "\n# \(kind.title): \(builds == .signed ? "no build is signed." : kind.source)\n"
          + (match.joined() + boot).commented
      }
      return "\n# \(kind.title)\n" + match.joined()
        + "dhcp-boot=tag:!ipxe,tag:\(kind.tag),\(file)\n"
    }.joined()
  }

  /// What firmware with HTTP Boot gets; it wants its own vendor class back (UEFI 2.10 section 24.7.3).
  func http() throws(UsageError) -> String {
    let folder = facts.httpFolder
    let kinds = BootBinary.http.map { kind in
      let match = "dhcp-match=set:\(kind.tag),option:client-arch,\(kind.architectures[0])\n"
      let boot = "dhcp-boot=tag:!ipxe,tag:\(kind.tag),\(base)/images/efi/"
      let file: String? =
        switch builds {
        case .present: kind.found(in: folder, facts.exists)
        case .placed:
          kind.found(in: folder, facts.exists)
            ?? kind.files.first { facts.exists("\(facts.tftpRoot)/\($0)") }
        case .signed: kind.signed.first
        }
      guard let file else {
        return "\n# \(kind.title): \(kind.source) First:\n"
          + "#   install -D -m 644 \(facts.tftpRoot)/\(kind.wanted) \(folder)/\(kind.wanted)\n"
          + (match + boot + kind.wanted + "\n").commented
      }
      return "\n# \(kind.title)\n" + match + boot + file + "\n"
    }
    return """

      # UEFI HTTP Boot asks as HTTPClient, and wants that word back.
      dhcp-vendorclass=set:http,HTTPClient
      dhcp-option-force=tag:http,option:vendor-class,HTTPClient

      """ + kinds.joined()
  }
}

extension String {
  /// Lines of which each is a comment.
  fileprivate var commented: String {
    split(separator: "\n").map { "#\($0)\n" }.joined()
  }
}
