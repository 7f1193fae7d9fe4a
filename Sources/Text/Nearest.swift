// Text: names that were nearly right.
// SPDX-License-Identifier: Apache-2.0

/// Finds what a person meant.
package enum Nearest {
  /// The name that differs least, if it differs little.
  package static func name(to wrong: String, in names: some Sequence<String>) -> String? {
    let near = names.map { (name: $0, distance: distance(wrong, $0)) }
      .min { $0.distance < $1.distance }
    guard let near, near.distance <= 3, near.distance < wrong.utf8.count else { return nil }
    return near.name
  }

  /// Insertions, deletions and replacements between two words.
  package static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var corner = row[0]
      row[0] = index + 1
      for column in right.indices {
        let above = row[column + 1]
        let change = corner + (byte == right[column] ? 0 : 1)
        row[column + 1] = min(change, min(above, row[column]) + 1)
        corner = above
      }
    }
    return row[right.count]
  }
}
