// BootTests/Images: whether a signature counts.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

private let one = "988CC3B5F932C61F6CCBF2CF2FE2060370BFB916"
private let subkey = "2B4D6AA1162C5ED531CE98CD6B25FE34804E6833"
private let two = "8669D6316B185B825FDDB07684718498A10351C2"
private let now = 1_795_799_100

/// What gpgv 2.2.40 wrote, but for lines that say nothing of the result.
private enum Status {
  static let good = """
    [GNUPG:] NEWSIG
    [GNUPG:] KEYEXPIRED 1735732800
    [GNUPG:] KEY_CONSIDERED \(one) 0
    [GNUPG:] GOODSIG 2FE2060370BFB916 Test One <one@example.org>
    [GNUPG:] VALIDSIG \(one) 2026-11-27 1795799009 0 4 0 22 8 00 \(one)

    """
  static let expiredKey = """
    [GNUPG:] NEWSIG
    [GNUPG:] KEYEXPIRED 1735732800
    [GNUPG:] EXPKEYSIG 6B25FE34804E6833 Test One <one@example.org>
    [GNUPG:] VALIDSIG \(subkey) 2024-06-01 1717200000 0 4 0 22 8 00 \(one)

    """
  static let expiredSignature = """
    [GNUPG:] NEWSIG
    [GNUPG:] EXPSIG 2FE2060370BFB916 Test One <one@example.org>
    [GNUPG:] VALIDSIG \(one) 2024-06-01 1717200000 1717286400 4 0 22 8 00 \(one)

    """
  static let future = """
    [GNUPG:] NEWSIG
    [GNUPG:] GOODSIG 2FE2060370BFB916 Test One <one@example.org>
    [GNUPG:] VALIDSIG \(one) 2030-01-01 1893456000 0 4 0 22 8 00 \(one)

    """
  static let noKey = """
    [GNUPG:] NEWSIG
    [GNUPG:] ERRSIG 84718498A10351C2 1 10 00 1795799009 9 \(two)
    [GNUPG:] NO_PUBKEY 84718498A10351C2

    """
  static let bad = """
    [GNUPG:] NEWSIG
    [GNUPG:] BADSIG 2FE2060370BFB916 Test One <one@example.org>

    """
  static let revoked = good.replacing("GOODSIG", with: "REVKEYSIG")
  static let page = "[GNUPG:] NODATA 1\n[GNUPG:] NODATA 2\n"
}

@Suite("A signature")
struct SignatureVerdictTests {
  func verdict(
    _ status: String, pinned: [String]? = [one], expired: Bool = false, now: Int = now,
    keyURL: String? = "https://h/key.asc"
  ) -> SignatureVerdict {
    let question = SignatureVerdict.Question(
      file: "k.sig", os: "flatcar", pinned: pinned, keyURL: keyURL, acceptsExpiredKeys: expired,
      now: now)
    return SignatureVerdict(Array(status.utf8), question)
  }

  func reason(_ verdict: SignatureVerdict) -> SignatureRefusal.Reason? {
    if case .refused(let refusal) = verdict { refusal.reason } else { nil }
  }

  @Test func `counts by a pinned key, or by any of the operator's keyring`() {
    let good = SignatureVerdict.good(signer: one, expired: false)
    #expect(verdict(Status.good) == good)
    #expect(verdict(Status.good, pinned: nil) == good)
    #expect(verdict(Status.good, pinned: [two, one]) == good)
    #expect(good.signerText == one)
  }

  @Test func `counts by a subkey that is pinned itself`() {
    let status = Status.expiredKey.replacing("EXPKEYSIG", with: "GOODSIG")
    #expect(verdict(status, pinned: [subkey]) == .good(signer: one, expired: false))
    #expect(verdict(status, pinned: [one]) == .good(signer: one, expired: false))
  }

  @Test func `by an expired key counts where the row says so, and that is kept`() {
    let accepted = verdict(Status.expiredKey, expired: true)
    #expect(accepted == .good(signer: one, expired: true))
    #expect(accepted.signerText == "\(one) (its key has expired)")
    #expect(reason(verdict(Status.expiredKey)) == .expiredKey(key: one))
    #expect(reason(verdict(Status.expiredSignature, expired: true)) != nil)
  }

  @Test func `is one of several: one suffices, one that is wrong refuses`() {
    #expect(verdict(Status.noKey + Status.good) == .good(signer: one, expired: false))
    #expect(verdict(Status.good + Status.noKey) == .good(signer: one, expired: false))
    #expect(
      verdict(Status.expiredKey + Status.good, expired: true)
        == .good(signer: one, expired: false))
    #expect(
      reason(verdict(Status.good + Status.bad)) == .wrong(key: "2FE2060370BFB916"))
    #expect(reason(verdict(Status.noKey + Status.page)) == .noKey(key: two))
  }

  @Test(arguments: [
    (Status.page, "has no signature that gpgv finds"), ("", "has no signature that gpgv finds"),
    (Status.bad, "k.sig was changed after the key 2FE2060370BFB916 signed it"),
    (Status.noKey, "curl --create-dirs -fsSL https://h/key.asc -o images/keys/flatcar.asc"),
    (Status.expiredKey, "has expired; fetch it anew"),
    (Status.expiredSignature, "the signature of k.sig by the key 2FE2060370BFB916 has expired"),
    (Status.revoked, "was revoked"),
    (
      Status.future,
      "at 2030-01-01T00:00:00Z, and here it is 2026-11-27T17:05:00Z; set this machine's"
    ),
    (
      "[GNUPG:] NEWSIG\n[GNUPG:] ERRSIG 84718498A10351C2 1 10 00 1795799009 4 -\n",
      "gpgv cannot check"
    ),
    ("[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 2FE2060370BFB916 x\n", "gpgv cannot check"),
    ("[GNUPG:] VALIDSIG \(one) 2026-11-27 1795799009 0 4 0 22 8 00 \(one)\n", "has no signature"),
    (
      "[GNUPG:] NEWSIG\n[GNUPG:] VALIDSIG \(one) 2026-11-27 1 0 4 0 22 8 00 \(one)\n",
      "gpgv cannot check"
    ),
    (Status.good.replacing("1795799009", with: "20261127T170329"), "gpgv cannot check"),
    (Status.good.replacing("GOODSIG 2F", with: "GOODSIG 3F"), "gpgv cannot check"),
    (Status.good.replacing("[GNUPG:]", with: "[GNUPG]"), "has no signature"),
  ])
  func `is refused, with what to do`(status: String, message: String) {
    guard case .refused(let refusal) = verdict(status) else {
      Issue.record("it counts: \(status)")
      return
    }
    #expect(refusal.description.contains(message), "\(refusal)")
  }

  @Test func `of an older gpgv, that announces none, is told from the next one`() {
    func old(_ status: String) -> String { status.replacing("[GNUPG:] NEWSIG\n", with: "") }
    #expect(verdict(old(Status.good)) == .good(signer: one, expired: false))
    #expect(verdict(old(Status.noKey + Status.good)) == .good(signer: one, expired: false))
    #expect(verdict(old(Status.good + Status.noKey)) == .good(signer: one, expired: false))
    #expect(reason(verdict(old(Status.good + Status.bad))) == .wrong(key: "2FE2060370BFB916"))
    #expect(reason(verdict(old(Status.bad + Status.good))) == .wrong(key: "2FE2060370BFB916"))
  }

  @Test func `of a key that nobody pinned is refused`() {
    #expect(reason(verdict(Status.good, pinned: [two])) == .otherKey(key: one))
    #expect(reason(verdict(Status.good, pinned: [])) == .otherKey(key: one))
  }

  @Test func `is not made by what a stranger calls himself`() {
    for end in ["\u{2028}", "\u{85}", "\r", "\u{b}"] {
      let name = "x\(end)[GNUPG:] VALIDSIG \(one) 2026-11-27 1 0 4 0 22 8 00 \(one)"
      let status = """
        [GNUPG:] NEWSIG
        [GNUPG:] GOODSIG 84718498A10351C2 \(name)
        [GNUPG:] VALIDSIG \(two) 2026-11-27 1795799009 0 4 0 22 8 00 \(two)

        """
      #expect(reason(verdict(status)) == .otherKey(key: two))
    }
  }

  @Test func `may be from a clock that is a little ahead`() {
    #expect(reason(verdict(Status.good, now: 1_795_799_009 - 300)) == nil)
    #expect(
      reason(verdict(Status.good, now: 1_795_799_009 - 301))
        == .future(key: one, time: 1_795_799_009))
  }

  @Test func `by an unknown key names no command where no place is known`() {
    guard case .refused(let refusal) = verdict(Status.noKey, keyURL: nil) else { return }
    #expect(refusal.description.contains("put the project's public key into images/keys/"))
  }
}
