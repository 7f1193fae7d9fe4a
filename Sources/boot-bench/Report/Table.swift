// boot-bench: the table that is printed.
// SPDX-License-Identifier: Apache-2.0

/// Prints rows as they come, so that an interrupted run has shown what it knew.
enum Table {
  private static let widths = [46, 13, 13, 6, 15, 18]

  static func printHeader(ours: String, peer: String?) {
    printRow(["measurement", ours, peer ?? "no peer", "ratio", "of the rounds", "wanted"])
    printRow(widths.map { String(repeating: "-", count: $0) })
  }

  static func printRows(_ rows: [[String]]) { for row in rows { printRow(row) } }

  /// Names to the left, figures to the right.
  private static func printRow(_ cells: [String]) {
    var line = ""
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      let space = String(repeating: " ", count: max(0, width - cell.count))
      line += index == 0 || index == 5 ? cell + space : space + cell
      line += index == 5 ? "" : "  "
    }
    while line.last == " " { line.removeLast() }
    Console.print(line)
  }
}
