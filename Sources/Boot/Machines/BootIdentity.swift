// Boot/Machines: who a machine says it is.
// SPDX-License-Identifier: Apache-2.0

/// What one boot tells of the machine: parameters that could be read, and that are not junk.
package struct BootIdentity: Equatable, Sendable {
  package var uuid: MachineUUID?
  /// Of the card it boots from.
  package var mac: MACAddress?
  package var serial: String?
  package var asset: String?
  package var hostname: String?
  package var arch: String?
  package var platform: String?
  /// Where the request came from.
  package var ip: String?
  /// Parameters that were there, whatever they held.
  private var seen: Set<Parameter> = []

  package init() {}

  /// The parameters of `/boot.ipxe`; `serial_hex` is the serial in hexadecimal digits.
  package enum Parameter: String, CaseIterable, Sendable {
    case uuid, mac, buildarch, platform, serial, asset, hostname
  }

  /// Whether any parameter of an identity was there.
  package var isAsked: Bool { !seen.isEmpty }
  /// Whether a machine can be made, or found for certain, by this.
  package var canIdentify: Bool { uuid != nil || mac != nil }

  /// The parameter that a name stands for.
  package static func parameter(
    _ name: some Collection<UInt8>
  ) -> (parameter: Parameter, isHex: Bool)? {
    for parameter in Parameter.allCases {
      let text = parameter.rawValue.utf8
      if name.elementsEqual(text) { return (parameter, false) }
      switch parameter {
      case .serial, .asset, .hostname:
        if name.count == text.count + 4, name.starts(with: text),
          name.dropFirst(text.count).elementsEqual("_hex".utf8)
        {
          return (parameter, true)
        }
      case .uuid, .mac, .buildarch, .platform: break
      }
    }
    return nil
  }

  /// Takes one parameter; the first of a name counts, however it is spelt and whatever it holds.
  ///
  /// - Parameter value: decoded; `nil` when it could not be.
  package mutating func take(_ parameter: Parameter, _ value: [UInt8]?, isHex: Bool) {
    guard seen.insert(parameter).inserted else { return }
    let bytes = isHex ? value.flatMap { HexText.decoded($0) } : value
    guard let text = bytes.flatMap(Self.text) else { return }
    switch parameter {
    case .uuid: uuid = MachineUUID(text)
    case .mac: mac = MACAddress(text)
    case .buildarch: arch = Self.word(text)
    case .platform: platform = Self.word(text)
    case .serial: serial = JunkIdentity.contains(text) ? nil : text
    case .asset: asset = JunkIdentity.contains(text) ? nil : text
    case .hostname: hostname = Machine.isHostname(text) ? text : nil
    }
  }

  /// Text without white space around it; `nil` for what is empty, long, not UTF-8 or not printable.
  static func text(_ bytes: [UInt8]) -> String? {
    // SMBIOS strings end in a NUL, and some vendors' in several.
    var rest = bytes[...]
    while let last = rest.last, last == 0 || last == 0x20 { rest = rest.dropLast() }
    rest = rest.drop { $0 == 0x20 }
    guard !rest.isEmpty, rest.count <= 128,
      let text = String(validating: rest, as: UTF8.self),
      text.unicodeScalars.allSatisfy(Self.isPrintable)
    else { return nil }
    return text
  }

  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: true
    }
  }

  /// `x86_64`, `efi`: lower case, plain.
  private static func word(_ text: String) -> String? {
    let text = text.lowercased()
    let plain = text.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || "_-.".utf8.contains($0)
    }
    return plain && text.utf8.count <= 32 ? text : nil
  }
}
