// BootServer/CommandLine: tables that fit a terminal.
// SPDX-License-Identifier: Apache-2.0

/// Columns two blanks apart, no wider than they may be.
enum TextTable {
  /// What a column is never made narrower than.
  private static let minWidth = 8

  /// Cells that are too long end in `...`.
  ///
  /// - Parameters:
  ///   - rows: the first is the head; all have as many cells.
  ///   - width: columns of the terminal; `nil`: as wide as it comes.
  ///   - fixed: columns that stay whole.
  static func shortened(_ rows: [[String]], to width: Int?, fixed: Set<Int> = []) -> String {
    guard let width else { return MachinesText.aligned(rows) }
    let widths = fitting(rows, width, fixed)
    return MachinesText.aligned(
      rows.map { row in
        zip(row, widths).map { cell, width in
          cell.count > width ? cell.prefix(max(0, width - 3)) + "..." : cell
        }
      })
  }

  /// Cells that are too long go on in the line below.
  static func wrapped(_ rows: [[String]], to width: Int?, fixed: Set<Int> = []) -> String {
    guard let width else { return MachinesText.aligned(rows) }
    let widths = fitting(rows, width, fixed)
    return rows.map { row in
      let cells = zip(row, widths).map { lines($0.isEmpty ? "-" : $0, $1) }
      let height = cells.map(\.count).max() ?? 0
      return (0..<height).map { index in
        let line = zip(cells, widths).map { cell, width in
          let text = index < cell.count ? cell[index] : ""
          return text + String(repeating: " ", count: max(0, width - text.count))
        }.joined(separator: "  ")
        return trimmed(line) + "\n"
      }.joined()
    }.joined()
  }

  /// A text in lines of at most `width` characters, broken at blanks where there are some.
  static func lines(_ text: String, _ width: Int) -> [String] {
    let width = max(width, 1)
    var result: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      var word = word[...]
      if !line.isEmpty, line.count + 1 + word.count > width {
        result.append(line)
        line = ""
      }
      while word.count > width {
        result.append(String(word.prefix(width)))
        word = word.dropFirst(width)
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return result + [line]
  }

  /// The widest column gives way first.
  private static func fitting(_ rows: [[String]], _ width: Int, _ fixed: Set<Int>) -> [Int] {
    let count = rows.map(\.count).max() ?? 0
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? min(max($0[column].count, 1), 1000) : 0 }.max() ?? 0
    }
    var excess = widths.reduce(2 * max(0, count - 1), +) - width
    while excess > 0 {
      let able = widths.indices.filter { !fixed.contains($0) && widths[$0] > minWidth }
      guard let widest = able.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line = line.dropLast() }
    return String(line)
  }
}
