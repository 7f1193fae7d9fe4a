// Boot/Check: the types of public keys, and what their bytes are.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A type of key that `authorized_keys` may name.
struct SSHKeyType: Sendable {
  /// A field of a key's bytes, behind its type's name.
  enum Field: Sendable {
    /// So many bytes.
    case bytes(Int)
    /// A number (RFC 4251 section 5, `mpint`).
    case number
    /// The number whose length is the key's.
    case modulus
    /// The name of a curve.
    case curve(String)
    /// Any text.
    case text
  }

  let name: String
  var fields: [Field] = []
  /// Why it is of no use, as a sentence.
  var complaint: String?
  /// Whether no sshd takes it for a key at all.
  var isRefused = false

  /// RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4 and OpenSSH's PROTOCOL.u2f.
  static let all: [SSHKeyType] = [
    .init(name: "ssh-ed25519", fields: [.bytes(32)]),
    .init(name: "ssh-rsa", fields: [.number, .modulus]),
    .init(name: "ecdsa-sha2-nistp256", fields: [.curve("nistp256"), .bytes(65)]),
    .init(name: "ecdsa-sha2-nistp384", fields: [.curve("nistp384"), .bytes(97)]),
    .init(name: "ecdsa-sha2-nistp521", fields: [.curve("nistp521"), .bytes(133)]),
    .init(name: "sk-ssh-ed25519@openssh.com", fields: [.bytes(32), .text]),
    .init(
      name: "sk-ecdsa-sha2-nistp256@openssh.com", fields: [.curve("nistp256"), .bytes(65), .text]),
    .init(
      name: "ssh-dss", fields: [.number, .number, .number, .number],
      complaint: "ssh-dss is refused by every sshd since OpenSSH 7.0; make an ssh-ed25519 key"),
  ]

  /// The type of a name; a certificate's is known too, and refused.
  static func named(_ bytes: ArraySlice<UInt8>) -> SSHKeyType? {
    if let type = all.first(where: { bytes.elementsEqual($0.name.utf8) }) { return type }
    let suffix = "-cert-v01@openssh.com"
    guard bytes.count < 100, bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else {
      return nil
    }
    return SSHKeyType(
      name: "certificate",
      complaint:
        "this is a certificate, not a key; put the line of the .pub file without -cert there",
      isRefused: true)
  }
}

/// The bytes of a key, behind base64.
enum SSHKeyBlob {
  enum Verdict: Equatable {
    case good
    /// The name in it is this one, if it is known.
    case otherType(String?)
    /// The rest of a sentence that begins with the key.
    case bad(String)
    case weak(String)
  }

  /// Compares a key's bytes with what its type has.
  static func check(_ blob: [UInt8], _ type: SSHKeyType) -> Verdict {
    var rest = blob[...]
    guard let name = string(&rest) else { return .bad("is cut short; copy the whole line again") }
    guard name.elementsEqual(type.name.utf8) else {
      return .otherType(SSHKeyType.named(name)?.name)
    }
    var bits: Int?
    for field in type.fields {
      guard let bytes = string(&rest) else {
        return .bad("is cut short; copy the whole line again")
      }
      switch field {
      case .bytes(let count) where bytes.count != count:
        return .bad("has \(bytes.count) bytes where \(type.name) has \(count)")
      case .curve(let curve) where !bytes.elementsEqual(curve.utf8):
        return .bad("is of another curve than \(curve)")
      case .modulus: bits = length(of: bytes)
      case .bytes, .curve, .number, .text: break
      }
    }
    if !rest.isEmpty { return .bad("goes on for \(rest.count) bytes behind its end") }
    guard let bits, bits < 2048 else { return .good }
    return .weak(
      "has \(bits) bits, which can be broken; make an ssh-ed25519 key, or one of 3072 bits")
  }

  /// A length in four bytes and as many bytes (RFC 4251 section 5).
  private static func string(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 4 else { return nil }
    let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= rest.count - 4 else { return nil }
    defer { rest = rest.dropFirst(4 + length) }
    return rest.dropFirst(4).prefix(length)
  }

  /// A number's length in bits.
  private static func length(of number: ArraySlice<UInt8>) -> Int {
    let digits = number.drop { $0 == 0 }
    guard let first = digits.first else { return 0 }
    return digits.count * 8 - first.leadingZeroBitCount
  }
}
