// Boot/Script: why a file of the data directory is not to be had.
// SPDX-License-Identifier: Apache-2.0

/// Why a file of the data directory is not to be had.
package enum DataProblem: Error, Equatable, Sendable {
  case missing
  /// A link on the way points outside.
  case leaves(link: String, target: String)
  /// Neither a file nor a directory.
  case special
  case denied
  /// Out of descriptors or memory: later it may work.
  case exhausted(String)
  /// Its disk does not answer.
  case silent
  case failed(String)

  /// Whether the file cannot be had for certain; else it may be there all the same.
  var isKnown: Bool {
    switch self {
    case .missing, .leaves, .special, .denied, .failed: true
    case .exhausted, .silent: false
    }
  }

  /// As the rest of a sentence that names the file.
  package var reason: String {
    switch self {
    case .missing: "no such file"
    case .leaves(let link, let target):
      "the link \(link) -> \(target) leaves the data directory; --also-serve names directories that links"
        + " may lead to"
    case .special: "is not a regular file"
    case .denied: "the server may not read it; check its owner and mode"
    case .silent: "its disk does not answer"
    case .exhausted(let error), .failed(let error): error
    }
  }
}
