// BootServer/Print: ISC's DHCP server.
// SPDX-License-Identifier: Apache-2.0

import Text

extension PrintKind {
  static func kea(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let base = try facts.reachableBase()
    let (network, card) = (try facts.network(), try facts.networkCard())
    let host = try facts.host()
    guard IPv4Network(around: host) != nil else {
      throw UsageError(
        "Kea tells machines the IPv4 address of TFTP, and the base URL's \(host) is none:"
          + " say one with --base-url")
    }
    let pool = network.pool(without: host)
    let body = """
      {
        "Dhcp4": {
          "interfaces-config": { "interfaces": [ "\(card)" ] },
          "valid-lifetime": 3600,
          "client-classes": [
      \(classes(facts, base).joined(separator: ",\n"))\(missing(facts))
          ],
          "subnet4": [
            {
              "id": 1,
              "subnet": "\(network)",
              "pools": [ { "pool": "\(pool.first) - \(pool.last)" } ],
              // The machines' router and DNS, where there are any:
              // "option-data": [
              //   { "name": "routers", "data": "\(network.lastHost)" },
              //   { "name": "domain-name-servers", "data": "\(network.lastHost)" }
              // ],
              "next-server": "\(host)"
            }
          ]
        }
      }

      """
    return [
      PrintedFile(
        path: "/etc/kea/kea-dhcp4.conf", comment: .slashes,
        about: [
          "DHCP that brings the machines of \(network) to this server.",
          "Where: /etc/kea/kea-dhcp4.conf, then: systemctl restart kea-dhcp4-server",
          "See that it works: \(try facts.doctor(card))",
        ],
        body: body, warning: try facts.secureWarning()),
      PrintedFile(
        path: "/etc/dnsmasq.d/coreos-ipxe-server-tftp.conf", comment: .hash,
        about: [
          "TFTP for the files that Kea names; addresses are Kea's.",
          "Where: /etc/dnsmasq.d/coreos-ipxe-server-tftp.conf, then: systemctl restart dnsmasq",
          "See that it works: curl -o /dev/null tftp://\(host)/undionly.kpxe",
        ],
        body: "port=0\n" + DnsmasqText.tftp(facts.tftpRoot).dropFirst()),
    ]
  }

  /// Classes that are tried in this order; what is not there is left out.
  private static func classes(_ facts: PrintFacts, _ base: String) -> [String] {
    let isIPXE = "option[175].exists or substring(option[77].hex, 0, 4) == 'iPXE'"
    var classes = [keaClass("ipxe", isIPXE, file: base + "/boot.ipxe")]
    for kind in BootBinary.tftp {
      guard let file = kind.found(in: facts.tftpRoot, facts.exists) else { continue }
      classes.append(keaClass(kind.tag, test(kind), file: file))
    }
    for kind in BootBinary.http {
      guard let file = kind.found(in: facts.httpFolder, facts.exists) else { continue }
      classes.append(
        keaClass(kind.tag, test(kind), file: "\(base)/images/efi/\(file)", isHTTP: true))
    }
    return classes
  }

  /// What the classes leave out.
  private static func missing(_ facts: PrintFacts) -> String {
    let lacks =
      BootBinary.tftp.filter { $0.found(in: facts.tftpRoot, facts.exists) == nil }
      + BootBinary.http.filter { $0.found(in: facts.httpFolder, facts.exists) == nil }
    return lacks.map { "\n      // Not here: \($0.title). \($0.source)" }.joined()
  }

  private static func test(_ kind: BootBinary) -> String {
    let numbers = kind.architectures.map {
      "option[93].hex == 0x\(Hex.text(UInt64($0), bytes: 2))"
    }
    let isOne = numbers.joined(separator: " or ")
    return "not member('ipxe') and " + (numbers.count == 1 ? isOne : "(\(isOne))")
  }

  /// - Parameter isHTTP: whether the firmware wants its own vendor class back (UEFI 2.10 section 24.7.3).
  private static func keaClass(
    _ name: String, _ test: String, file: String, isHTTP: Bool = false
  ) -> String {
    let echo = """
              "option-data": [
                { "name": "vendor-class-identifier", "data": "HTTPClient", "always-send": true }
              ],

      """
    return """
            {
              "name": "\(name)",
              "test": "\(test)",
      \(isHTTP ? echo : "")        "boot-file-name": "\(file)"
            }
      """
  }
}
