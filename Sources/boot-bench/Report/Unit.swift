// boot-bench: units of figures.
// SPDX-License-Identifier: Apache-2.0

enum Unit: Sendable {
  case requestsPerSecond, microseconds, seconds, bytes, bytesPerSecond, secondsPerGigabyte, count
  /// How many are not as they should be.
  case wrong

  func text(_ value: Double) -> String {
    switch self {
    case .requestsPerSecond: return Decimal.text(value, digits: 0) + "/s"
    case .microseconds:
      return value < 1000
        ? Decimal.text(value, digits: 1) + " us" : Decimal.text(value / 1000, digits: 2) + " ms"
    case .seconds:
      return value < 1
        ? Decimal.text(value * 1000, digits: 2) + " ms" : Decimal.text(value, digits: 2) + " s"
    case .bytes:
      if abs(value) < 10_240 { return Decimal.text(value, digits: 0) + " B" }
      return Decimal.text(value / 1_048_576, digits: 2) + " MiB"
    case .bytesPerSecond: return Decimal.text(value / 1e9, digits: 2) + " GB/s"
    case .secondsPerGigabyte: return Decimal.text(value, digits: 4) + " s/GB"
    case .wrong: return value == 0 ? "exact" : "WRONG: \(Decimal.text(value, digits: 0))"
    case .count: return Decimal.text(value, digits: 0)
    }
  }
}
