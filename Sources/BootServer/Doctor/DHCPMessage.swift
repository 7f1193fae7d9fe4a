// BootServer/Doctor: what DHCP says (RFC 2131, RFC 2132, RFC 4578).
// SPDX-License-Identifier: Apache-2.0

import Text

/// A DHCP message, as far as booting is concerned.
struct DHCPMessage: Equatable {
  /// Who asks: what DHCP servers tell one client from another by.
  enum Client: String, CaseIterable {
    /// A card's own PXE on BIOS, and on UEFI.
    case bios = "PXE on BIOS"
    case efi = "PXE on UEFI"
    /// iPXE, that was loaded by either.
    case ipxeBIOS = "iPXE on BIOS"
    case ipxeEFI = "iPXE on UEFI"

    var isIPXE: Bool { self == .ipxeBIOS || self == .ipxeEFI }
    var isEFI: Bool { self == .efi || self == .ipxeEFI }
    /// Option 93.
    fileprivate var architecture: UInt8 { isEFI ? 7 : 0 }
  }

  /// 32 bits that an answer repeats.
  let transaction: UInt32
  /// The address that is offered; `nil` of a server that gives none, as a proxy.
  let address: String?
  /// Option 54: which server answers.
  let server: String
  /// Where the file is, and its name or URL; empty where none is said.
  let fileServer: String
  let file: String
  /// Whether it is a proxy's (RFC 4578, PXE 2.1): no address, and its files are asked for on port 4011.
  let isProxy: Bool

  /// DHCPDISCOVER of a client.
  static func discover(_ client: Client, transaction: UInt32, mac: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [1, 1, 6, 0]
    bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: transaction >> $0) }
    // Answers go to everybody: the address that is offered is nobody's yet.
    bytes += [0, 0, 0x80, 0] + [UInt8](repeating: 0, count: 16)
    bytes += mac + [UInt8](repeating: 0, count: 10 + 64 + 128)
    bytes += [0x63, 0x82, 0x53, 0x63]
    func add(_ option: UInt8, _ value: [UInt8]) { bytes += [option, UInt8(value.count)] + value }
    add(53, [1])
    add(55, [1, 3, 6, 13, 43, 54, 60, 66, 67, 128, 175])
    add(57, [0x05, 0xc0])
    add(93, [0, client.architecture])
    add(94, [1, 3, 16])
    add(97, [0] + Array(repeating: 0x42, count: 10) + mac)
    let architecture = "0000\(client.architecture)"
    add(60, Array("PXEClient:Arch:\(architecture):UNDI:003016".utf8))
    if client.isIPXE {
      add(77, Array("iPXE".utf8))
      // Encapsulated: version, HTTP, menus, and bzImage or EFI.
      add(175, [0x13, 1, 1, 0x27, 1, 1, client.isEFI ? 0x24 : 0x18, 1, 1])
    }
    bytes.append(255)
    return bytes
  }

  /// - Returns: `nil` where it is no DHCPOFFER.
  init?(offer bytes: [UInt8]) {
    guard bytes.count > 240, bytes[0] == 2,
      bytes[236..<240].elementsEqual([0x63, 0x82, 0x53, 0x63])
    else { return nil }
    transaction = bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }
    var options = Self.options(bytes[240...])
    // Option 52: the fields of the file's and server's name hold options, too.
    let overload = options[52]?.first ?? 0
    if overload & 1 != 0 { options.merge(Self.options(bytes[108..<236])) { first, _ in first } }
    if overload & 2 != 0 { options.merge(Self.options(bytes[44..<108])) { first, _ in first } }
    guard options[53] == [2] else { return nil }
    func text(_ bytes: some Collection<UInt8>) -> String {
      LogText.oneLine(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }
    func address(_ bytes: some Collection<UInt8>) -> String? {
      bytes.count == 4 && bytes.contains { $0 != 0 }
        ? bytes.map { "\($0)" }.joined(separator: ".") : nil
    }
    self.address = address(bytes[16..<20])
    server = options[54].flatMap { address($0) } ?? address(bytes[20..<24]) ?? "-"
    let name = overload & 2 == 0 ? text(bytes[44..<108]) : ""
    fileServer =
      options[66].map { text($0) } ?? (name.isEmpty ? address(bytes[20..<24]) ?? "" : name)
    let field = overload & 1 == 0 ? text(bytes[108..<236]) : ""
    file = options[67].map { text($0) } ?? field
    isProxy = self.address == nil && options[60]?.starts(with: Array("PXEClient".utf8)) == true
  }

  private static func options(_ bytes: ArraySlice<UInt8>) -> [UInt8: [UInt8]] {
    var options: [UInt8: [UInt8]] = [:]
    var rest = bytes
    while let code = rest.popFirst(), code != 255 {
      if code == 0 { continue }
      guard let count = rest.popFirst(), rest.count >= Int(count) else { break }
      options[code, default: []] += rest.prefix(Int(count))
      rest = rest.dropFirst(Int(count))
    }
    return options
  }
}
