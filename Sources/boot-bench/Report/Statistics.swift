// boot-bench: medians and percentiles.
// SPDX-License-Identifier: Apache-2.0

enum Statistics {
  /// The middle value; of an even number of values, the mean of the two in the middle.
  static func median(_ values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// Values that so many parts of all are not above, such as 0.5 and 0.99; 0 without values.
  static func percentiles(_ parts: [Double], of values: [Float]) -> [Double] {
    let sorted = values.sorted()
    return parts.map { part in
      if sorted.isEmpty { return 0 }
      return Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
    }
  }
}
