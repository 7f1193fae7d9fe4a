// Boot/Images: whose keys a keyring holds.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The public keys of a key file.
package struct PublicKeys: Equatable, Sendable {
  /// A key of version 4; keys of other versions are passed over, as gpgv 2.2 does.
  package struct Key: Equatable, Sendable {
    /// 40 hexadecimal digits, upper case.
    package let fingerprint: String
    /// That of the key that it belongs to; its own where it is a primary key.
    package let primary: String
  }

  /// As gpgv reads it.
  package let keyring: [UInt8]
  /// In the order of the file.
  package let keys: [Key]

  /// Reads a key file, in letters or binary, whatever its name.
  package init(_ file: [UInt8]) throws(ArmorError) {
    guard !file.isEmpty else { throw ArmorError(line: 1, reason: "the file is empty") }
    if file.count > 12, file[8..<12].elementsEqual("KBXf".utf8) {
      throw ArmorError(line: 1, reason: "this is a keybox; write its keys by gpg --export")
    }
    keyring = file[0] & 0x80 != 0 ? file : try ASCIIArmor.decoded(file)
    keys = try Self.fingerprints(of: keyring)
  }

  /// Fingerprints of all keys, primary and subkeys.
  package var fingerprints: [String] { keys.map(\.fingerprint) }

  /// Whether the file has a key that is pinned, or that belongs to one; else it is not for that source.
  package func has(anyOf pinned: [String]) -> Bool {
    keys.contains { pinned.contains($0.fingerprint) || pinned.contains($0.primary) }
  }

  /// The keys of a binary keyring (RFC 9580 sections 4.2 and 5.5.4.2).
  package static func fingerprints(of keyring: [UInt8]) throws(ArmorError) -> [Key] {
    var keys: [Key] = []
    var primary: String?
    var rest = keyring[...]
    while !rest.isEmpty {
      let offset = rest.startIndex
      guard let packet = packet(&rest) else {
        throw ArmorError(
          line: 1, reason: "byte \(offset): no OpenPGP packet is here, or it is cut short")
      }
      switch packet.tag {
      case 5, 7:
        throw ArmorError(
          line: 1, reason: "this is a private key; take it away, and export the public one")
      case 6:
        primary = fingerprint(packet.body)
        if let primary { keys.append(Key(fingerprint: primary, primary: primary)) }
      case 14:
        guard let primary, let own = fingerprint(packet.body) else { continue }
        keys.append(Key(fingerprint: own, primary: primary))
      default: break
      }
    }
    guard !keys.isEmpty else { throw ArmorError(line: 1, reason: "there is no public key in it") }
    return keys
  }

  /// - Returns: `nil` for a key of another version than 4.
  private static func fingerprint(_ body: ArraySlice<UInt8>) -> String? {
    guard body.first == 4, body.count <= 0xffff else { return nil }
    let length = [UInt8(body.count >> 8), UInt8(body.count & 0xff)]
    return Hex.text(SHA1.digest([0x99] + length + body)).uppercased()
  }

  /// The next packet, which is passed over; `nil` where there is none.
  private static func packet(
    _ rest: inout ArraySlice<UInt8>
  ) -> (tag: UInt8, body: ArraySlice<UInt8>)? {
    guard let head = rest.popFirst(), head & 0x80 != 0 else { return nil }
    let isNew = head & 0x40 != 0
    let tag = isNew ? head & 0x3f : head >> 2 & 0x0f
    guard let length = isNew ? newLength(&rest) : oldLength(head & 3, &rest), length <= rest.count
    else { return nil }
    let body = rest.prefix(length)
    rest = rest.dropFirst(length)
    return (tag, body)
  }

  private static func newLength(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard let first = rest.popFirst() else { return nil }
    switch first {
    case 0..<192: return Int(first)
    case 192..<224: return rest.popFirst().map { (Int(first) - 192) << 8 + Int($0) + 192 }
    case 255: return number(4, &rest)
    default: return nil
    }
  }

  private static func oldLength(_ kind: UInt8, _ rest: inout ArraySlice<UInt8>) -> Int? {
    kind == 3 ? rest.count : number(1 << Int(kind), &rest)
  }

  private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
  }
}
