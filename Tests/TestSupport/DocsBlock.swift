// TestSupport: blocks of the docs.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A block between two lines of backticks, and what the first of them says of it.
package struct DocsBlock: Sendable, CustomStringConvertible {
  package let page: String
  /// Of the first backticks, from 1.
  package let line: Int
  /// What stands behind them; `nil`: a block by indentation, which cannot say what it is.
  package let info: String?
  package let text: String

  package var description: String { "\(page):\(line)" }

  package static let pages: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Repository.root + "/docs"))
    return ["README.md"]
      + (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
  }()

  /// Every block of a page, in its order.
  package static func all(of page: String) throws -> [DocsBlock] {
    let lines = try Repository.text(page).split(
      separator: "\n", omittingEmptySubsequences: false)
    var blocks: [DocsBlock] = []
    var start: Int?
    for (index, line) in lines.enumerated() {
      if let first = start {
        guard line == "```" else { continue }
        let text = lines[(first + 1)..<index].map { $0 + "\n" }.joined()
        let info = String(lines[first].dropFirst(3))
        blocks.append(DocsBlock(page: page, line: first + 1, info: info, text: text))
        start = nil
      } else if line.hasPrefix("```") {
        start = index
      } else if line.hasPrefix("    "), index > 0, lines[index - 1].isEmpty {
        blocks.append(DocsBlock(page: page, line: index + 1, info: nil, text: String(line)))
      }
    }
    return blocks
  }

  /// Every line of commands, those that end in a backslash with their next.
  package static func commands(of page: String) throws -> [String] {
    try all(of: page).filter { ["sh", "sh run"].contains($0.info) }.flatMap { block in
      block.text.replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
    }
  }
}
