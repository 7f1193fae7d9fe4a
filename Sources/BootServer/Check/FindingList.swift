// BootServer/Check: what a check has found so far.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Findings, each once.
struct FindingList: Sendable {
  private struct Key: Hashable {
    let file: String
    let place: FilePlace?
    let sentence: String
  }

  private var seen: Set<Key> = []
  private var all: [Finding] = []

  mutating func add(_ finding: Finding) {
    let key = Key(file: finding.file, place: finding.place, sentence: finding.sentence)
    if seen.insert(key).inserted { all.append(finding) }
  }

  mutating func add(_ more: FindingList) { add(more.all) }

  mutating func add(_ more: [Finding]) { for finding in more { add(finding) } }

  /// Most grave first, then as they stand in the files.
  var sorted: [Finding] {
    let first = FilePlace(line: 0, column: 0)
    return all.sorted {
      ($0.severity, $0.file, $0.place ?? first, $0.rule, $0.sentence)
        < ($1.severity, $1.file, $1.place ?? first, $1.rule, $1.sentence)
    }
  }
}
