// Boot/Machines/Names: who a machine says it is.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What one boot tells of the machine: parameters that could be read, and that are not junk.
package struct BootIdentity: Equatable, Sendable {
  /// As iPXE says it; `nil` also for one that many boards share.
  package var uuid: MachineUUID?
  /// Of the card it boots from.
  package var mac: MACAddress?
  /// The board's or the chassis', as it was said.
  package var serial: String?
  /// The asset tag that its owner gave it.
  package var asset: String?
  /// What DHCP calls it.
  package var hostname: String?
  /// iPXE's `buildarch`: `i386`, `x86_64`, `arm64`.
  package var arch: String?
  /// iPXE's `platform`: `pcbios` or `efi`.
  package var platform: String?
  /// Where the request came from.
  package var ip: String?
  /// Parameters that were there, whatever they held: a bit each.
  private var seen: UInt8 = 0

  /// A boot that tells nothing.
  package init() {}

  /// The parameters of `/boot.ipxe`; `serial_hex` is the serial in hexadecimal digits.
  package enum Parameter: UInt8, CaseIterable, Sendable {
    case uuid, mac, buildarch, platform, serial, asset, hostname
  }

  private static let names: [(name: [UInt8], parameter: Parameter, isHex: Bool)] = [
    (Array("uuid".utf8), .uuid, false), (Array("mac".utf8), .mac, false),
    (Array("buildarch".utf8), .buildarch, false), (Array("platform".utf8), .platform, false),
    (Array("serial".utf8), .serial, false), (Array("serial_hex".utf8), .serial, true),
    (Array("asset".utf8), .asset, false), (Array("asset_hex".utf8), .asset, true),
    (Array("hostname".utf8), .hostname, false), (Array("hostname_hex".utf8), .hostname, true),
  ]

  /// Whether any parameter of an identity was there.
  package var isAsked: Bool { seen != 0 }
  /// Whether it says a name that an ID is made of.
  package func says(_ id: MachineID) -> Bool {
    id == uuid.map { MachineID($0) } || id == mac.map { MachineID($0) }
  }
  /// Whether a machine can be made, or found for certain, by this.
  package var canIdentify: Bool { uuid != nil || mac != nil }

  /// The parameter that a name stands for.
  package static func parameter(
    _ name: ArraySlice<UInt8>
  ) -> (parameter: Parameter, isHex: Bool)? {
    for known in names where known.name.count == name.count {
      if name.elementsEqual(known.name) { return (known.parameter, known.isHex) }
    }
    return nil
  }

  /// Reads one parameter; the first of a name counts, however it is spelt and whatever it holds.
  ///
  /// - Parameter value: decoded; `nil` when it could not be.
  package mutating func read(_ parameter: Parameter, _ value: ArraySlice<UInt8>?, isHex: Bool) {
    let bit = UInt8(1) << parameter.rawValue
    guard seen & bit == 0 else { return }
    seen |= bit
    guard let bytes = isHex ? value.flatMap({ Hex.decoded($0)?[...] }) : value, !bytes.isEmpty
    else { return }
    switch parameter {
    case .uuid: uuid = MachineUUID(Self.trimmed(bytes))
    case .mac: mac = MACAddress(Self.trimmed(bytes))
    case .buildarch: arch = Self.word(bytes)
    case .platform: platform = Self.word(bytes)
    case .serial: serial = Self.text(bytes).flatMap { JunkIdentity.contains($0) ? nil : $0 }
    case .asset: asset = Self.text(bytes).flatMap { JunkIdentity.contains($0) ? nil : $0 }
    case .hostname:
      hostname = Self.text(bytes).flatMap { Self.isOwnHostname($0) ? $0 : nil }
    }
  }

  /// What a name server gave it, and not what every machine calls itself: `localhost`, its address.
  private static func isOwnHostname(_ text: String) -> Bool {
    Machine.isHostname(text) && !text.lowercased().hasPrefix("localhost") && IPNetwork(text) == nil
  }

  /// SMBIOS strings end in a NUL, and some vendors' in several, or in blanks.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let last = rest.last, last == 0 || last == 0x20 { rest = rest.dropLast() }
    while rest.first == 0x20 { rest = rest.dropFirst() }
    return rest
  }

  /// Text without white space around it; `nil` for what is empty, long, not UTF-8 or not printable.
  static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let rest = trimmed(bytes)
    guard !rest.isEmpty, rest.count <= 128 else { return nil }
    if rest.allSatisfy({ $0 &- 0x20 < 0x5f }) { return String(decoding: rest, as: UTF8.self) }
    guard let text = String(validating: rest, as: UTF8.self),
      text.unicodeScalars.allSatisfy(Self.isPrintable)
    else { return nil }
    return text
  }

  /// Whether a name may hold it: what moves a cursor or hides itself may not be in one.
  package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }

  /// `x86_64`, `efi`: lower case, plain.
  private static func word(_ bytes: ArraySlice<UInt8>) -> String? {
    let lower = trimmed(bytes).map(ASCII.lowercased)
    let plain = lower.allSatisfy {
      ASCII.isAlphanumeric($0) || $0 == 0x5f || $0 == 0x2d || $0 == 0x2e
    }
    return plain && (1...32).contains(lower.count) ? String(decoding: lower, as: UTF8.self) : nil
  }
}
