// BootServerTests: files for what brings machines to the server.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("A printed file for a network")
struct PrintedNetworkTests {
  static let kinds = PrintKind.networks.map(\.name)

  /// `Tests/BootServerTests/Golden/print/KIND.txt`.
  @Test(arguments: kinds)
  func `is word by word`(kind: String) throws {
    let files = try PrintedNetwork.files(kind, PrintedNetwork.base + ["--interface", "br0"])
    let wanted = try Repository.text("Tests/BootServerTests/Golden/print/\(kind).txt")
    #expect(PrintCommand.text(files) == wanted)
  }

  @Test(arguments: kinds)
  func `begins with three lines: what it does, where it goes, how to see that it works`(
    kind: String
  ) throws {
    for file in try PrintedNetwork.files(kind) {
      #expect(file.about.count == 3 && file.body.hasSuffix("\n"))
      #expect(file.about[1].hasPrefix("Where: "), "\(file.about)")
      #expect(file.about[2].hasPrefix("See that it works"), "\(file.about)")
      let isScript = file.body.hasPrefix("#!")
      #expect(isScript == file.text.hasPrefix("#!"), "\(file.text)")
    }
  }

  @Test func `names builds that are there, and says where the others come from`() throws {
    let none = try PrintedNetwork.text("dnsmasq", files: [])
    #expect(
      none.contains("\n# PXE on BIOS (0): undionly.kpxe comes with Debian's package ipxe.\n#dhcp"))
    #expect(none.contains("\n#dhcp-boot=tag:!ipxe,tag:efi-x64,snponly.efi\n"))
    #expect(!none.contains("\ndhcp-boot=tag:!ipxe"))
    let all = ["undionly.kpxe", "i386/snponly.efi", "snponly.efi", "arm64/snponly.efi"]
      .map { "/srv/tftp/" + $0 }
    let some = try PrintedNetwork.text(
      "dnsmasq", PrintedNetwork.base + ["--tftp-root", "/srv/tftp"],
      files: all + [PrintedNetwork.server + "/ipxe.efi"])
    for line in [
      "tftp-root=/srv/tftp", "dhcp-boot=tag:!ipxe,tag:efi-ia32,i386/snponly.efi",
      "dhcp-boot=tag:!ipxe,tag:efi-arm64,arm64/snponly.efi",
      "#dhcp-boot=tag:!ipxe,tag:efi-arm32,arm32/snponly.efi",
      "dhcp-boot=tag:!ipxe,tag:http-x64,http://192.168.122.1:4777/images/efi/ipxe.efi",
    ] {
      #expect(some.contains("\n\(line)\n"), "\(some)")
    }
  }

  @Test func `is for the data directory that was named`() throws {
    let text = try PrintedNetwork.text(
      "dnsmasq", PrintedNetwork.base + ["--data-dir", "/nowhere/it's here"])
    #expect(text.contains(#" --data-dir '/nowhere/it'\''s here' --base-url "#), "\(text)")
    let options = PrintedNetwork.base + ["--data-dir", "/nowhere/two words"]
    #expect(
      PrintedNetwork.refusal("shim", options)
        == "dnsmasq's file has no place for the data directory's name,"
        + " /nowhere/two words/images/efi: say another one, of letters, digits and ._/+-,"
        + " with --data-dir")
    let script = try PrintedNetwork.files("http-boot", options)[1].text
    #expect(script.contains("\nto='/nowhere/two words/images/efi'\n"))
  }

  @Test func `is for the network of the card that has the base URL's address`() throws {
    let options = ["--base-url", "http://10.5.0.1:4777", "--interface", "br0"]
    func text(_ kind: String, _ more: [String] = [], prefix: Int? = 16) throws -> String {
      let prefixes = prefix.map { ["10.5.0.1": $0] } ?? [:]
      let files = try PrintedNetwork.files(kind, options + more, prefixes: prefixes)
      return files.map(\.text).joined()
    }
    for (kind, line) in [
      ("dnsmasq", "dhcp-range=10.5.100.0,10.5.199.255,255.255.0.0,1h"),
      ("dnsmasq-proxy", "dhcp-range=10.5.0.0,proxy,255.255.0.0"),
      ("kea", #""subnet": "10.5.0.0/16""#),
      ("libvirt-network", "<ip address='10.5.0.1' netmask='255.255.0.0'>"),
    ] {
      #expect(try text(kind).contains(line), "\(kind)")
      #expect(try text(kind, ["--subnet", "10.5.0.0/24"]).contains("10.5.100.") == false)
      #expect(!(try text(kind, prefix: nil).contains(line)), "\(kind)")
    }
    #expect(try text("dnsmasq", prefix: nil).contains("=10.5.0.100,10.5.0.199,255.255.255.0,1h"))
    #expect(try text("dnsmasq", prefix: 8).contains("=10.5.100.0,10.5.199.255,255.0.0.0,1h"))
    for length in [30, 32] {
      #expect(throws: UsageError.self) { try text("dnsmasq", prefix: length) }
    }
  }

  @Test func `is for the network that was named, and leaves the server's address alone`() throws {
    let options = ["--base-url", "10.1.2.3:80", "--interface", "eth1"]
    #expect(try PrintedNetwork.text("dnsmasq", options).contains("\ninterface=eth1\n"))
    let wide = try PrintedNetwork.text("dnsmasq", options + ["--subnet", "10.1.0.0/16"])
    #expect(wide.contains("\ndhcp-range=10.1.100.0,10.1.199.255,255.255.0.0,1h\n"), "\(wide)")
    let proxy = try PrintedNetwork.text("dnsmasq-proxy", options + ["--subnet", "10.1.0.0/16"])
    #expect(proxy.contains("\ndhcp-range=10.1.0.0,proxy,255.255.0.0\n"), "\(proxy)")
    let near = try PrintedNetwork.text(
      "kea", ["--base-url", "10.1.2.120", "--interface", "eth1"])
    #expect(near.contains(#""pool": "10.1.2.121 - 10.1.2.199""#), "\(near)")
    let other = try PrintedNetwork.text("libvirt-network", options + ["--subnet", "10.9.0.0/24"])
    #expect(other.contains("<ip address='10.9.0.1' netmask='255.255.255.0'>"), "\(other)")
    #expect(other.contains("dhcp-boot=tag:ipxe,http://10.1.2.3:80/boot.ipxe'/>"))
  }

  @Test func `needs nothing but the URL where iPXE has a script of its own`() throws {
    let text = try PrintedNetwork.text("embed", ["--base-url", "https://boot.example/a,b"])
    #expect(text.hasPrefix("#!ipxe\n# The script inside an iPXE"))
    #expect(text.contains("\nchain --replace --autofree https://boot.example/a,b/boot.ipxe ||"))
  }

  @Test(arguments: [
    ("192.168.0.9", true), ("172.31.0.1", true), ("100.64.0.1", true), ("127.0.0.1", true),
    ("[fd00::1]", true), ("203.0.113.9", false), ("172.32.0.1", false), ("[2001:db8::1]", false),
    ("boot.example", false),
  ])
  func `of a cloud's URL warns of a private address`(host: String, warns: Bool) throws {
    let file = try PrintedNetwork.files("vultr", ["--base-url", "http://\(host):4777"])[0]
    #expect(file.text.hasSuffix("\nhttp://\(host):4777/boot.ipxe\n"))
    #expect((file.warning?.contains("is a private address") == true) == warns)
  }

  @Test func `warns of https where Debian's iPXE is to speak it`() throws {
    let options = ["--base-url", "https://192.168.122.1"]
    for kind in Self.kinds {
      let warnings = try PrintedNetwork.files(kind, options).compactMap(\.warning)
      #expect(warnings.isEmpty == (kind == "embed"), "\(kind)")
    }
  }
}

@Suite("print, where something cannot be known,")
struct PrintedNetworkRefusalTests {
  @Test(arguments: PrintedNetworkTests.kinds)
  func `asks for the base URL`(kind: String) {
    #expect(
      PrintedNetwork.refusal(kind, [])
        == "this host has no address that machines reach: say one with --base-url")
    let line = PrintedNetwork.refusal(kind, [], addresses: ["10.0.0.7", "10.0.1.7"])
    #expect(
      line.hasPrefix("this host has several addresses: say which machines reach with --base-"))
  }

  static let onNetworks = PrintedNetworkTests.kinds.filter { !["embed", "vultr"].contains($0) }

  @Test(arguments: onNetworks)
  func `asks for the network`(kind: String) {
    for host in ["boot.example:4777", "[2001:db8::7]:4777"] {
      #expect(
        PrintedNetwork.refusal(kind, ["--base-url", host, "--interface", "eth0"]).hasSuffix(
          " is no IPv4 address: say what network machines are on with --subnet, as in"
            + " --subnet 192.168.122.0/24"))
    }
  }

  @Test(arguments: onNetworks)
  func `asks for the network card`(kind: String) {
    let line = PrintedNetwork.refusal(kind, ["--base-url", "203.0.113.9:4777"])
    // libvirt makes the card itself.
    #expect(
      line
        == (kind == "libvirt-network"
          ? "printed coreos-ipxe.xml"
          : "no network card here has the base URL's 203.0.113.9: say which one machines are on"
            + " with --interface, as in --interface eth0"))
  }

  @Test(arguments: onNetworks)
  func `refuses what no machine reaches, and what no file can hold`(kind: String) {
    #expect(
      PrintedNetwork.refusal(kind, ["--base-url", "127.0.0.1:4777"])
        == "http://127.0.0.1:4777 is this host alone: say what machines reach with --base-url")
    let comma = ["--base-url", "10.0.0.1/a,b", "--interface", "eth0"]
    #expect(
      PrintedNetwork.refusal(kind, comma)
        == (kind == "kea"
          ? "printed /etc/kea/kea-dhcp4.conf/etc/dnsmasq.d/coreos-ipxe-server-tftp.conf"
          : "dnsmasq's file has no place for the comma of http://10.0.0.1/a,b in --base-url"))
  }

  @Test func `asks Kea's users for an address of TFTP`() {
    #expect(
      PrintedNetwork.refusal(
        "kea",
        ["--base-url", "boot.example", "--subnet", "10.0.0.0/24", "--interface", "eth0"])
        == "Kea tells machines the IPv4 address of TFTP, and the base URL's boot.example is none:"
        + " say one with --base-url")
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/30", "10.0.0.0/7", "10.0.0/24", "10.0.0.256/24", "fd00::/64", "", "/24",
    "10.0.0.+1/24", "10.0.0.0/24/24",
  ])
  func `takes no other word for a network`(text: String) {
    #expect(throws: UsageError.self) { try IPv4Network(text) }
  }

  @Test(arguments: [
    ["--interface", "a/b"], ["--interface", "a b"], ["--interface", "sixteen-letters-"],
    ["--tftp-root", "tftp"], ["--tftp-root", "/a,b"], ["--tftp-root", "/a'b"],
  ])
  func `takes no word that would be another in the file`(options: [String]) {
    #expect(PrintedNetwork.refusal("dnsmasq", PrintedNetwork.base + options).contains(options[1]))
  }
}
