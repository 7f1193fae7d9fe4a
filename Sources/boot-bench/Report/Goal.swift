// boot-bench: what the project wants of a figure.
// SPDX-License-Identifier: Apache-2.0

/// What is wanted of a reading; in words, or such that the table can say whether it is met.
enum Goal: Sendable, ExpressibleByStringLiteral {
  case words(String)
  /// Of the ratio of both sides, as it is shown.
  case ratioAtLeast(Double)
  /// Of our side.
  case atMost(Double, Unit)
  /// Of our side: so many a second.
  case atLeast(Double)
  /// Of our side: none of what is counted.
  case none(Unit)

  init(stringLiteral words: String) { self = .words(words) }

  /// - Parameters:
  ///   - value: our side's median.
  ///   - ratio: the median of the rounds' ratios.
  func text(value: Double?, ratio: Double?) -> String {
    switch self {
    case .words(let words): words
    case .ratioAtLeast(let least):
      ">= \(Decimal.text(least, digits: 2))" + Self.verdict(ratio.map { $0 >= least })
    case .atMost(let most, let unit):
      "<= \(unit.text(most))" + Self.verdict(value.map { $0 <= most })
    case .atLeast(let least):
      ">= \(Unit.requestsPerSecond.text(least))" + Self.verdict(value.map { $0 >= least })
    case .none(let unit): unit.text(0) + Self.verdict(value.map { $0 == 0 })
    }
  }

  private static func verdict(_ isMet: Bool?) -> String {
    isMet.map { $0 ? ": met" : ": MISSED" } ?? ""
  }
}
