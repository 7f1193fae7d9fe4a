// boot-bench: one figure of one server in one round.
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

/// A value with its name; the same name comes from every server and in every round.
struct Reading: Sendable {
  let name: String
  let unit: Unit
  let value: Double
  /// What the project wants to reach; of the ratio unless it says otherwise.
  let goal: Goal

  init(_ name: String, _ unit: Unit, _ value: Double, goal: Goal = "") {
    self.name = name
    self.unit = unit
    self.value = value
    self.goal = goal
  }
}

enum Decimal {
  /// `1234.5` with two digits is `1,234.50`.
  static func text(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    let number = Int((abs(value) * Double(scale)).rounded())
    var whole = ""
    for (index, digit) in String(number / scale).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { whole.append(",") }
      whole.append(digit)
    }
    let sign = value < 0 && number > 0 ? "-" : ""
    if digits == 0 { return sign + String(whole.reversed()) }
    let rest = String(number % scale)
    return sign + String(whole.reversed()) + "."
      + String(repeating: "0", count: digits - rest.count) + rest
  }
}
