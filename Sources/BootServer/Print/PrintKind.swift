// BootServer/Print: what can be printed.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A row of `print`; all rows are ``table``.
struct PrintKind {
  typealias Make = @Sendable (PrintFacts) throws(UsageError) -> [PrintedFile]

  /// What stands behind `print`: `dnsmasq`.
  let name: String
  /// What may stand behind that, of which one must: `bash`, `zsh`.
  var parts: [String] = []
  /// A line for the help.
  let meaning: String
  let make: Make

  static let table: [PrintKind] = [qemu] + networks + services

  /// - Parameter words: the operands of `print`.
  static func named(_ words: [String]) throws(UsageError) -> PrintKind {
    let word = words.first ?? ""
    guard let kind = table.first(where: { $0.name == word }) else {
      let near = Nearest.name(to: word, in: table.map(\.name)).map { "did you mean '\($0)'? It" }
      let all = table.map(\.name).joined(separator: ", ")
      throw UsageError("print knows no '\(word)'; \(near ?? "it") prints \(all)")
    }
    let part = words.dropFirst().first
    if kind.parts.isEmpty, let part {
      throw UsageError("print \(kind.name) takes no '\(part)'")
    }
    if !kind.parts.isEmpty, !kind.parts.contains(part ?? "") {
      throw UsageError("print \(kind.name) needs one of: \(kind.parts.joined(separator: ", "))")
    }
    return kind
  }
}
