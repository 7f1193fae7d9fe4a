// boot-bench: numbers for people.
// SPDX-License-Identifier: Apache-2.0

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
