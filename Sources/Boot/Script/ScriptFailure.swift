// Boot/Script: why there is no script, or no key.
// SPDX-License-Identifier: Apache-2.0

/// Why a script, a key or a config is not to be had; files are named as below the data directory.
package enum ScriptFailure: Error, Equatable, Sendable {
  /// No such profile, key or config: final.
  case unknown(what: String, file: String, DataProblem)
  /// The file is there but cannot be used: a person has to mend it.
  ///
  /// - Parameter logged: what the log has in its place, where that says more.
  case unusable(String, logged: String? = nil)
  /// A file that is needed cannot be read.
  ///
  /// - Parameter neededBy: `, which profiles/dev.json names`, or nothing.
  case unreadable(file: String, DataProblem, neededBy: String)

  /// A profile, key or config that was asked for by name.
  package init(opening file: String, what: String, _ problem: DataProblem) {
    switch problem {
    case .missing, .leaves, .special: self = .unknown(what: what, file: file, problem)
    case .denied, .exhausted, .silent, .failed:
      self = .unreadable(file: file, problem, neededBy: "")
    }
  }

  /// What a profile, key or template says wrong.
  package init(_ error: BootError) {
    self = .unusable(
      error.description, logged: error.logged == error.description ? nil : error.logged)
  }

  /// What is wrong, for whoever asks.
  package var told: String {
    if case .unusable(let reason, _) = self { reason } else { sentence }
  }

  /// What is wrong, for a log.
  package var sentence: String {
    switch self {
    case .unknown(let what, let file, let problem): "unknown \(what): \(file): \(problem.reason)"
    case .unusable(let reason, let logged): logged ?? reason
    case .unreadable(let file, let problem, let neededBy): "\(file)\(neededBy): \(problem.reason)"
    }
  }
}
