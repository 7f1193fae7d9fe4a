// BootServer/Print: dnsmasq, with and without the addresses, with TFTP and with HTTP.
// SPDX-License-Identifier: Apache-2.0

import Text

extension PrintKind {
  static func dnsmasq(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let text = try DnsmasqText(facts)
    let body =
      try text.head + text.addresses() + DnsmasqText.tftp(facts.tftpRoot) + DnsmasqText.ipxe
      + text.script + text.binaries(BootBinary.tftp, in: facts.tftpRoot) + text.http()
    return [
      try conf(
        "DHCP and TFTP that bring the machines of \(text.network) to this server.",
        check: facts.doctor(text.card), facts, body)
    ]
  }

  /// RFC 4578's proxy: a second answer, which has no address and a file.
  ///
  /// Firmware and iPXE alike read its file in a `pxe-service` (a menu of one) alone, the UEFI ones by a second
  /// question on port 4011.
  static func dnsmasqProxy(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let text = try DnsmasqText(facts)
    var services = ""
    for kind in BootBinary.tftp {
      let file = kind.found(in: facts.tftpRoot, facts.exists)
      services += "\n# \(kind.title)\(file == nil ? ": " + kind.source : "")\n"
      for number in kind.architectures {
        services += "pxe-service=tag:ipxe,\(number),\"boot script\",\(text.base)/boot.ipxe\n"
        let service = "pxe-service=tag:!ipxe,\(number),\"iPXE\",\(file ?? kind.wanted)\n"
        services += (file == nil ? "#" : "") + service
      }
    }
    let body =
      text.head + """

        # Addresses come from the router, which stays as it is.
        dhcp-range=\(text.network.address),proxy,\(text.network.mask)

        """ + DnsmasqText.tftp(facts.tftpRoot) + DnsmasqText.ipxe + services
    return [
      try conf(
        "Beside a router that gives addresses: brings the machines of \(text.network) here.",
        check: facts.doctor(text.card), facts, body)
    ]
  }

  /// The firmware loads iPXE from this server.
  static func httpBoot(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let text = try DnsmasqText(facts, .placed)
    let body = try text.head + text.addresses() + DnsmasqText.ipxe + text.script + text.http()
    return [
      try conf(
        "UEFI HTTP Boot: firmware gets iPXE and its script from this server; no TFTP.",
        check: "journalctl -fu dnsmasq, and switch a machine on", facts, body),
      placing(
        "Puts the builds of iPXE that firmware loads over HTTP where this server has them.",
        facts, check: "\(text.base)/images/efi/",
        body: BootBinary.http.compactMap { kind in
          kind.files.first { facts.exists("\(facts.tftpRoot)/\($0)") }
        }.map { install("\(facts.tftpRoot)/\($0)", $0) }.joined()),
    ]
  }

  /// iPXE's own shim, which Microsoft signed, loads the iPXE beside it that has its name less `-shim`.
  static func shim(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let text = try DnsmasqText(facts, .signed)
    let root = try text.facts.plainHTTPFolder()
    let body =
      try text.head + text.addresses() + DnsmasqText.tftp(root) + DnsmasqText.ipxe + text.script
      + text.binaries(BootBinary.tftp, in: root) + text.http()
    let files = [
      ("x86_64-sb/snponly-shim.efi", "snponly-shim.efi"), ("x86_64-sb/snponly.efi", "snponly.efi"),
      // Where firmware does not tell the shim its own name, it looks for this one.
      ("x86_64-sb/snponly.efi", "ipxe.efi"),
      ("arm64-sb/snponly-shim.efi", "arm64/snponly-shim.efi"),
      ("arm64-sb/snponly.efi", "arm64/snponly.efi"), ("arm64-sb/snponly.efi", "arm64/ipxe.efi"),
      ("i386/undionly.kpxe", "undionly.kpxe"),
    ]
    return [
      try conf(
        "UEFI Secure Boot: firmware gets a signed shim, and that one a signed iPXE.",
        check: facts.doctor(text.card), facts, body),
      placing(
        "Puts signed builds into place, out of \(BootBinary.archive).", facts,
        check: "\(text.base)/images/efi/",
        body: "from=${1:?is missing: the folder ipxeboot, as tar unpacked it}\n"
          + files.map { install("$from/\($0.0)", $0.1) }.joined()),
    ]
  }

  /// - Parameter check: what shows that it works.
  private static func conf(
    _ what: String, check: String, _ facts: PrintFacts, _ body: String
  ) throws(UsageError) -> PrintedFile {
    let place = "/etc/dnsmasq.d/coreos-ipxe-server.conf"
    return PrintedFile(
      path: place, comment: .hash,
      about: [
        what, "Where: \(place), then: systemctl restart dnsmasq", "See that it works: \(check)",
      ],
      body: body, warning: try facts.secureWarning())
  }

  /// A script that copies.
  private static func placing(
    _ what: String, _ facts: PrintFacts, check: String, body: String
  ) -> PrintedFile {
    PrintedFile(
      path: "/usr/local/sbin/coreos-ipxe-server-efi", comment: .hashBelowFirst,
      about: [
        what, "Where: anywhere; run it with sh, as whoever may write there.",
        "See that it works: curl \(check)",
      ],
      body: "#!/bin/sh\nset -eu\nto=\(ShellWord.quoted(facts.httpFolder))\n" + body, isProgram: true
    )
  }

  private static func install(_ from: String, _ to: String) -> String {
    "install -D -m 644 \"\(from)\" \"$to/\(to)\"\n"
  }
}
