// BootServer/Doctor: what machines are told by DHCP.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Asks DHCP as four kinds of machine would, takes no address, and says what is wrong with the answers.
struct DHCPDoctor {
  let card: String
  /// What scripts' URLs begin with.
  let base: String
  private static let seconds = 8

  /// Sends four questions, and waits for what comes.
  func run() -> [Diagnosis] {
    let offers: [DHCPMessage.Client: [DHCPMessage]]
    do throws(Errno) {
      offers = try ask()
    } catch {
      let why = error.isReadOnly ? "it needs root" : "\(error)"
      return [.note("dhcp", "not checked: DHCP on \(card): \(why)")]
    }
    return findings(offers)
  }

  private func ask() throws(Errno) -> [DHCPMessage.Client: [DHCPMessage]] {
    let socket = try BroadcastSocket(card: card, port: 68)
    let number = (UInt32(Random.hex(bytes: 4), radix: 16) ?? 0) & ~3
    // Locally administered, and nobody's. One for all: dnsmasq tries for three seconds whether an address is
    // free, once for each client.
    let own = UInt64(Random.hex(bytes: 5), radix: 16) ?? 0
    let mac = [0x02] + [32, 24, 16, 8, 0].map { UInt8(truncatingIfNeeded: own >> $0) }
    for (index, client) in DHCPMessage.Client.allCases.enumerated() {
      let question = DHCPMessage.discover(client, transaction: number | UInt32(index), mac: mac)
      try socket.send(question, port: 67)
    }
    var offers: [DHCPMessage.Client: [DHCPMessage]] = [:]
    var end = Instant.now.advanced(seconds: Self.seconds)
    while let bytes = socket.receive(until: end) {
      guard let offer = DHCPMessage(offer: bytes), offer.transaction & ~3 == number else {
        continue
      }
      offers[DHCPMessage.Client.allCases[Int(offer.transaction & 3)], default: []].append(offer)
      // Who else answers does so soon; a proxy does before those that look whether an address is free.
      let answered = offers.values.count { $0.contains { $0.address != nil } }
      if answered == 4 { end = min(end, Instant.now.advanced(seconds: 1)) }
    }
    return offers
  }

  /// - Parameter offers: what came for each kind of machine.
  func findings(_ offers: [DHCPMessage.Client: [DHCPMessage]]) -> [Diagnosis] {
    let all = offers.values.flatMap { $0 }
    guard !all.isEmpty else {
      return [
        .fault(
          "dhcp", "no DHCP server answers on \(card)", seen: "no offer within \(Self.seconds) s",
          cure: "is dnsmasq running, and does it serve \(card)")
      ]
    }
    var found: [Diagnosis] = []
    let servers = Set(all.filter { $0.address != nil }.map(\.server)).sorted()
    if servers.isEmpty {
      found.append(
        .fault(
          "dhcp", "nobody on \(card) gives addresses",
          seen: "only proxies answer: \(all[0].server)",
          cure: "a proxy stands beside a DHCP server; is the router's DHCP on"))
    }
    if servers.count > 1 {
      found.append(
        .fault(
          "dhcp", "several servers on \(card) give addresses, and which one is heard is chance",
          seen: servers.joined(separator: ", "), cure: "switch all but one off"))
    }
    for client in DHCPMessage.Client.allCases {
      found.append(finding(client, offers[client] ?? []))
    }
    return found
  }

  private func finding(
    _ client: DHCPMessage.Client, _ offers: [DHCPMessage]
  ) -> Diagnosis {
    guard let offer = offers.first(where: { !$0.file.isEmpty }) else {
      if let proxy = offers.first(where: \.isProxy) {
        return .note(
          "dhcp", "\(client.rawValue): the proxy \(proxy.server) names its file on port 4011")
      }
      return .fault(
        "dhcp", "\(client.rawValue) is told no file to boot",
        seen: "offers: \(offers.count), none with a file",
        cure: client.isIPXE
          ? "give iPXE the URL \(base)/boot.ipxe, as coreos-ipxe-server print dnsmasq does"
          : "name a build of iPXE for it, as coreos-ipxe-server print dnsmasq does")
    }
    let (file, seen) = (offer.file, "\(offer.server) offers \(offer.file)")
    let isURL = file.contains("://")
    if client.isIPXE {
      guard isURL else {
        return .fault(
          "dhcp", "\(client.rawValue) is told to load \(file): iPXE loads iPXE, for ever",
          seen: seen,
          cure: "tell iPXE by option 175, and give it \(base)/boot.ipxe")
      }
      guard BaseURL.authority(of: file) == BaseURL.authority(of: base) else {
        return .fault(
          "base-url", "\(client.rawValue) is sent to another server than this one", seen: seen,
          cure: "this server is \(base); mend the URL, or name its address with --base-url")
      }
      return .note("dhcp", "\(client.rawValue): \(seen)")
    }
    let name = file.lowercased()
    let isForEFI = name.hasSuffix(".efi")
    let isForBIOS = [".kpxe", ".kkpxe", ".pxe", ".0", ".lkrn"].contains { name.hasSuffix($0) }
    if client.isEFI ? isForBIOS : isForEFI {
      return .fault(
        "wrong-binary",
        "\(client.rawValue) is told to load \(file), which is for the other kind of firmware",
        seen: seen,
        cure: client.isEFI
          ? "give architecture 7 and 9 an EFI build: snponly.efi"
          : "give architecture 0 undionly.kpxe")
    }
    if isURL {
      return .fault(
        "dhcp", "\(client.rawValue) is told a URL, and a card's own PXE loads by TFTP only",
        seen: seen,
        cure: "give it a build of iPXE by TFTP, and the URL to iPXE alone")
    }
    return .note("dhcp", "\(client.rawValue): \(seen)")
  }
}
