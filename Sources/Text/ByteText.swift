// Text: sizes as people read them.
// SPDX-License-Identifier: Apache-2.0

/// Sizes as people read them.
package enum ByteText {
  /// `812 bytes`, `1.4 MB`, `3.0 TB`: powers of 1000, as disks are sold.
  package static func of(_ bytes: Int64) -> String {
    guard bytes >= 1000 else { return "\(bytes) bytes" }
    var (value, unit) = (Double(bytes) / 1000, 0)
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    // What rounds to 1000 is one of the next unit.
    while value >= 999.95, unit + 1 < units.count { (value, unit) = (value / 1000, unit + 1) }
    let rounded = Int((value * 10).rounded())
    return "\(rounded / 10).\(rounded % 10) \(units[unit])"
  }
}
