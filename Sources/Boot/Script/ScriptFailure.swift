// Boot/Script: why there is no script, or no key.
// SPDX-License-Identifier: Apache-2.0

/// Why a script, a key or a config is not to be had; files are named as below the data directory.
package enum ScriptFailure: Error, Equatable, Sendable {
  /// No such profile, key or config: final.
  case unknown(what: String, file: String, DataProblem)
  /// The file is there but cannot be used: a person has to mend it.
  ///
  /// - Parameters:
  ///   - logged: what the log has in its place, where that says more.
  ///   - at: what to mend, where one place is to blame.
  case unusable(String, logged: String? = nil, at: DataPlace? = nil)
  /// A file that is needed cannot be read.
  ///
  /// - Parameter neededBy: the key that names it; `nil`: it is asked for itself.
  case unreadable(file: String, DataProblem, neededBy: DataPlace?)

  /// A profile, key or config that was asked for by name.
  package init(opening file: String, what: String, _ problem: DataProblem) {
    switch problem {
    case .missing, .leaves, .special: self = .unknown(what: what, file: file, problem)
    case .denied, .exhausted, .silent, .failed:
      self = .unreadable(file: file, problem, neededBy: nil)
    }
  }

  /// What a template says wrong.
  package init(_ error: TemplateError) {
    self = .unusable(error.description, at: DataPlace(error.file, line: error.line))
  }

  /// What a profile or key says wrong.
  package init(_ error: BootError) {
    self = .unusable(
      error.description, logged: error.logged == error.description ? nil : error.logged,
      at: error.place)
  }

  /// What is wrong, for whoever asks.
  package var told: String {
    if case .unusable(let reason, _, _) = self { reason } else { sentence }
  }

  /// What is wrong, for a log.
  package var sentence: String {
    switch self {
    case .unknown(let what, let file, let problem): "unknown \(what): \(file): \(problem.reason)"
    case .unusable(let reason, let logged, _): logged ?? reason
    case .unreadable(let file, let problem, _): "\(file)\(whoNames): \(problem.reason)"
    }
  }

  /// `, which profiles/dev.json names`, or nothing.
  package var whoNames: String {
    if case .unreadable(_, _, let place?) = self { ", which \(place.file) names" } else { "" }
  }

  /// What to mend, where one place is to blame.
  package var place: DataPlace? {
    switch self {
    case .unknown(_, let file, _): DataPlace(file)
    case .unusable(_, _, let place): place
    case .unreadable(let file, _, let place): place ?? DataPlace(file)
    }
  }
}
