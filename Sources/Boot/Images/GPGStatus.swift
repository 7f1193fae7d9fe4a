// Boot/Images: the status lines of gpgv.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One signature, as `gpgv --status-fd` tells of it (GnuPG's doc/DETAILS).
struct GPGSignature: Equatable {
  /// What became of it.
  enum Result: String {
    case good = "GOODSIG"
    case expiredKey = "EXPKEYSIG"
    case expiredSignature = "EXPSIG"
    case revokedKey = "REVKEYSIG"
    case bad = "BADSIG"
    case unchecked = "ERRSIG"
  }

  var result: Result?
  /// The signing key's number, 16 digits or more.
  var keyID = ""
  /// ERRSIG's reason 9: no such key.
  var isKeyMissing = false
  /// `nil`: gpgv does not vouch for it, whatever else it says.
  var valid: Valid?

  /// What VALIDSIG says.
  struct Valid: Equatable {
    /// Of the key that signed, which may be a subkey.
    let fingerprint: String
    /// Of the key that it belongs to.
    let primary: String
    /// Seconds since 1970.
    let time: Int
  }

  /// Whether another line's result is the next signature's.
  private var isTold: Bool { result != nil || valid != nil }

  /// Reads status lines; others are passed over.
  static func read(_ text: [UInt8]) -> [GPGSignature] {
    let prefix = Array("[GNUPG:] ".utf8)
    var signatures: [GPGSignature] = []
    var current: GPGSignature?
    for line in text.split(separator: 0x0a) where line.starts(with: prefix) {
      let words = line.dropFirst(prefix.count).split(separator: 0x20)
        .map { String(decoding: $0, as: UTF8.self) }
      guard let word = words.first else { continue }
      let isNew = word == "NEWSIG" || (Result(rawValue: word) != nil && current?.isTold != false)
      if isNew {
        if let current { signatures.append(current) }
        current = GPGSignature()
      }
      current?.take(word, Array(words.dropFirst()))
    }
    return signatures + (current.map { [$0] } ?? [])
  }

  private mutating func take(_ word: String, _ words: [String]) {
    if let result = Result(rawValue: word) {
      self.result = result
      keyID = words.first?.uppercased() ?? ""
      if result == .unchecked {
        isKeyMissing = words.count > 5 && words[5] == "9"
        if words.count > 6, words[6].utf8.count >= 40 { keyID = words[6].uppercased() }
      }
      return
    }
    switch word {
    case "NO_PUBKEY":
      isKeyMissing = true
      if keyID.isEmpty { keyID = words.first?.uppercased() ?? "" }
    case "VALIDSIG":
      guard words.count >= 3, let time = ASCII.number(words[2].utf8) else { return }
      let primary = words.count >= 10 ? words[9] : words[0]
      valid = Valid(
        fingerprint: words[0].uppercased(), primary: primary.uppercased(), time: time)
    default: break
    }
  }
}
