// Boot/Images: why a signature does not count.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why a file is not taken; one sentence that says what to do.
package struct SignatureRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  /// Keys are named by their fingerprints, or by their numbers where gpgv knows no more.
  package enum Reason: Error, Equatable, Sendable {
    /// There is no signature in it.
    case none
    /// The file is not the one that was signed.
    case wrong(key: String)
    /// The key is not in the keyring.
    case noKey(key: String)
    /// A key of the keyring signed it, but none that is pinned.
    case otherKey(key: String)
    case expiredKey(key: String)
    case expiredSignature(key: String)
    case revokedKey(key: String)
    /// It was signed later than now, in seconds since 1970.
    case future(key: String, time: Int)
    /// gpgv could not check it.
    case unreadable(key: String)

    /// Of several the heaviest is told.
    var weight: Int {
      switch self {
      case .none: 0
      case .unreadable: 1
      case .otherKey: 2
      case .noKey: 3
      case .expiredSignature: 4
      case .expiredKey: 5
      case .future: 6
      case .revokedKey: 7
      case .wrong: 8
      }
    }
  }

  /// What is wrong.
  package let reason: Reason
  private let file: String
  private let os: String
  private let pinned: [String]
  private let keyURL: String?
  private let keys: String
  private let now: Int

  init(_ reason: Reason, _ question: SignatureVerdict.Question) {
    self.reason = reason
    (file, os, pinned) = (question.file, question.os, question.pinned ?? [])
    (keyURL, keys, now) = (question.keyURL, question.keys, question.now)
  }

  /// One sentence that names file and key, and says what to do.
  package var description: String { LogText.oneLine(sentence) }

  private var sentence: String {
    switch reason {
    case .none: return "\(file) has no signature that gpgv finds; it may be cut short or a web page"
    case .wrong(let key):
      return
        "\(file) was changed after the key \(key) signed it; do not use it, and try another mirror by --from"
    case .noKey(let key):
      return "\(file) is signed by the key \(key), which is not among yours; \(advice)"
    case .otherKey(let key):
      let known =
        pinned.isEmpty ? "none is pinned for it" : "pinned is \(pinned.joined(separator: ", "))"
      return
        "\(file) is signed by the key \(key), but \(known); see who that is before you add it to \"keys\" of images/sources/\(os).json"
    case .expiredKey(let key):
      return "\(file) is signed by the key \(key), which has expired; fetch it anew: \(advice)"
    case .expiredSignature(let key):
      return
        "the signature of \(file) by the key \(key) has expired; wait for upstream's next release"
    case .revokedKey(let key):
      return
        "\(file) is signed by the key \(key), which was revoked; do not use it, and read upstream's news"
    case .future(let key, let time):
      let (signed, here) = (CivilTime(time).text, CivilTime(now).text)
      return
        "\(file) was signed by the key \(key) at \(signed)Z, and here it is \(here)Z; set this machine's clock"
    case .unreadable(let key):
      let whose = key.isEmpty ? "" : " by the key \(key)"
      return
        "gpgv cannot check the signature\(whose) of \(file); it may be of a kind that gpgv is too old for"
    }
  }

  private var advice: String {
    guard let keyURL else {
      return "put the project's public key into \(keys)/, or name a keyring by --keyring"
    }
    return "the project publishes its key: \(Self.command(os: os, keyURL: keyURL, keys: keys))"
  }

  /// The command that gets a project's key, for a shell that stands anywhere.
  ///
  /// - Parameter keys: the folder of keys, which need not be there yet.
  package static func command(os: String, keyURL: String, keys: String) -> String {
    "curl --create-dirs -fsSL \(ShellWord.quoted(keyURL)) -o \(ShellWord.quoted("\(keys)/\(os).asc"))"
  }
}
