// Boot/Images: whether a signature counts.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What gpgv's status lines mean for a file of a source; its exit status is no evidence.
package enum SignatureVerdict: Equatable, Sendable {
  /// A pinned key signed it; `signer` is that of the primary key.
  case good(signer: String, expired: Bool)
  case refused(SignatureRefusal)

  /// What is asked of a signature.
  package struct Question: Sendable {
    /// How messages name the file.
    package let file: String
    /// The operating system: a key is kept as `images/keys/NAME.asc`.
    package let os: String
    /// Fingerprints of primary keys or subkeys; `nil`: any key of the operator's `--keyring` counts.
    package let pinned: [String]?
    /// Where the project publishes its keys.
    package let keyURL: String?
    /// The folder of keys, as a command that is printed names it.
    package let keys: String
    /// Whether a signature counts whose key has expired since.
    package let acceptsExpiredKeys: Bool
    /// The time, in seconds since 1970.
    package let now: Int

    /// - Parameter pinned: upper case.
    package init(
      file: String, os: String, pinned: [String]?, keyURL: String? = nil,
      keys: String = "images/keys", acceptsExpiredKeys: Bool = false, now: Int
    ) {
      (self.file, self.os, self.pinned, self.keyURL) = (file, os, pinned, keyURL)
      (self.keys, self.acceptsExpiredKeys, self.now) = (keys, acceptsExpiredKeys, now)
    }

    /// What a source row asks.
    package init(_ source: ImageSource, file: String, keys: String, now: Int) {
      self.init(
        file: file, os: source.name, pinned: source.keys, keyURL: source.keyURL, keys: keys,
        acceptsExpiredKeys: source.acceptsExpiredKeys, now: now)
    }
  }

  /// Clocks of two machines differ by no more, in seconds.
  static let clockDifference = 300

  /// One signature of a pinned key suffices; one that is wrong refuses.
  ///
  /// - Parameter status: what gpgv wrote to its `--status-fd`, and nothing else.
  package init(_ status: [UInt8], _ question: Question) {
    let signatures = GPGSignature.read(status)
    if let bad = signatures.first(where: { $0.result == .bad }) {
      self = .refused(SignatureRefusal(.wrong(key: bad.keyID), question))
      return
    }
    let verdicts = signatures.map { Self.judge($0, question) }
    let good = verdicts.compactMap { if case .success(let signer) = $0 { signer } else { nil } }
    if let signer = good.first(where: { !$0.expired }) ?? good.first {
      self = .good(signer: signer.fingerprint, expired: signer.expired)
      return
    }
    let refusals = verdicts.compactMap { if case .failure(let reason) = $0 { reason } else { nil } }
    self = .refused(SignatureRefusal(refusals.max { $0.weight < $1.weight } ?? .none, question))
  }

  private typealias Reason = SignatureRefusal.Reason

  private static func judge(
    _ signature: GPGSignature, _ question: Question
  ) -> Result<(fingerprint: String, expired: Bool), SignatureRefusal.Reason> {
    switch signature.result {
    case .unchecked, nil:
      return .failure(
        signature.isKeyMissing ? .noKey(key: signature.keyID) : .unreadable(key: signature.keyID))
    case .bad: return .failure(.wrong(key: signature.keyID))
    case .revokedKey: return .failure(.revokedKey(key: signature.keyID))
    case .expiredSignature: return .failure(.expiredSignature(key: signature.keyID))
    case .good, .expiredKey: break
    }
    guard let valid = signature.valid, isFingerprint(valid.fingerprint),
      valid.fingerprint.hasSuffix(signature.keyID), signature.keyID.utf8.count >= 16
    else { return .failure(.unreadable(key: signature.keyID)) }
    let own = [valid.primary, valid.fingerprint]
    if let pinned = question.pinned, !pinned.contains(where: own.contains) {
      return .failure(.otherKey(key: valid.primary))
    }
    if valid.time > question.now + clockDifference {
      return .failure(.future(key: valid.primary, time: valid.time))
    }
    let expired = signature.result == .expiredKey
    if expired, !question.acceptsExpiredKeys { return .failure(.expiredKey(key: valid.primary)) }
    return .success((valid.primary, expired))
  }

  /// Of 40 digits, or of 64 as newer keys have.
  private static func isFingerprint(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy(Hex.isDigit)
  }

  /// As a manifest keeps it; `nil` where it is refused.
  package var signerText: String? {
    guard case .good(let signer, let expired) = self else { return nil }
    return expired ? "\(signer) (its key has expired)" : signer
  }
}
