// Boot/Images: a file's digest.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A digest that a file must have.
package struct ImageDigest: Hashable, Sendable, CustomStringConvertible {
  /// Those that nobody can forge, the weakest first.
  package enum Algorithm: String, CaseIterable, Comparable, Sendable {
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    /// In bytes.
    package var size: Int {
      switch self {
      case .sha256: 32
      case .sha512: 64
      }
    }

    /// Whether it is the weaker one.
    package static func < (left: Self, right: Self) -> Bool { left.size < right.size }

    /// - Parameter word: `SHA256`, `sha-256`.
    init?(word: some StringProtocol) {
      let bare = word.uppercased().filter { $0 != "-" }
      guard let found = Self(rawValue: bare) else { return nil }
      self = found
    }
  }

  /// How it was worked out.
  package let algorithm: Algorithm
  /// In lower case.
  package let hex: String

  /// - Returns: `nil` where the digits are no digest of that kind.
  package init?(_ algorithm: Algorithm, hex: some StringProtocol) {
    guard hex.utf8.count == 2 * algorithm.size, hex.utf8.allSatisfy(Hex.isDigit) else { return nil }
    (self.algorithm, self.hex) = (algorithm, hex.lowercased())
  }

  /// - Parameter bytes: as a hash function gives them.
  package init?(_ algorithm: Algorithm, _ bytes: [UInt8]) {
    self.init(algorithm, hex: Hex.text(bytes))
  }

  /// `SHA256 0123...`.
  package var description: String { "\(algorithm.rawValue) \(hex)" }
}
