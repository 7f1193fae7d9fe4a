// Boot/Check: one thing that is wrong with a file.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Something that a person should look at, as `check` reports it.
package struct Finding: Equatable, Sendable {
  /// How grave it is.
  package enum Severity: String, Comparable, Sendable {
    /// A machine would get no boot, or a value is refused.
    case error
    /// Everything else.
    case warning
    /// Something that was not checked, and why; never counts.
    case note

    /// Most grave first.
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  /// As below the data directory: `configs/web.yml`; an option: `--base-url`.
  package let file: String
  /// Where in the file; `nil` where the whole of it is meant.
  package let place: FilePlace?
  /// How grave it is.
  package let severity: Severity
  /// What is wrong and what to do, without a full stop, on one line.
  package let sentence: String
  /// The kind of fault, for programs: `unknown-key`.
  package let rule: String

  /// - Parameters:
  ///   - file: as below the data directory.
  ///   - rule: words in small letters with dashes.
  package init(
    file: String, _ place: FilePlace?, _ severity: Severity, _ rule: String, _ sentence: String
  ) {
    self.file = file
    self.place = place
    self.severity = severity
    self.sentence = sentence
    self.rule = rule
  }
}
