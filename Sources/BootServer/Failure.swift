// BootServer: from an error to a status, a line for the client and a line in the log.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Why a script or a key is not answered.
///
/// The client's line names files as below the data directory; the log has everything.
enum Failure: Error {
  /// No such profile or key: final, and said so.
  case unknown(what: String, file: String, cause: OpenFailure)
  /// The file is there but cannot be used: an operator has to mend it.
  case unusable(String)
  /// A file that is needed cannot be read.
  case unreadable(file: String, OpenFailure, neededBy: String)

  init(_ error: BootError) { self = .unusable(error.description) }

  /// A profile or key that was asked for by name.
  init(opening file: String, what: String, _ failure: OpenFailure) {
    switch failure {
    case .missing, .leaves, .special: self = .unknown(what: what, file: file, cause: failure)
    case .denied, .exhausted, .wouldBlock, .failed:
      self = .unreadable(file: file, failure, neededBy: "")
    }
  }

  /// What is wrong, for a log.
  var sentence: String {
    switch self {
    case .unknown(let what, let file, let cause): "unknown \(what): \(file): \(Self.reason(cause))"
    case .unusable(let reason): reason
    case .unreadable(let file, let failure, let neededBy):
      "\(file)\(neededBy): \(Self.reason(failure))"
    }
  }

  func response() -> Response {
    switch self {
    case .unknown(let what, let file, let cause):
      let leaves = if case .leaves = cause { ": its link leaves, see --also-serve" } else { "" }
      let line = "unknown \(what): there is no \(Self.oneLine(file))\(leaves)"
      return noted(
        .line(.notFound, line), cause == .missing ? nil : "\(file): \(Self.reason(cause))")
    case .unusable(let reason):
      return noted(.line(.internalServerError, Self.oneLine(reason)), reason)
    case .unreadable(let file, let failure, let neededBy):
      return noted(
        unreadable("\(file)\(neededBy)", failure), "\(file)\(neededBy): \(Self.reason(failure))")
    }
  }

  private func unreadable(_ file: String, _ failure: OpenFailure) -> Response {
    switch failure {
    case .exhausted:
      .retryLater(seconds: 2, "the server is out of file descriptors or memory")
    case .leaves:
      .line(
        .internalServerError,
        "\(Self.oneLine(file)): its link leaves the data directory, see --also-serve")
    case .missing, .special, .denied, .wouldBlock, .failed:
      .line(.internalServerError, Self.oneLine("\(file): \(Self.reason(failure))"))
    }
  }

  private func noted(_ response: Response, _ error: String?) -> Response {
    guard let error else { return response }
    var response = response
    response.note = LogText.pair("error", error)
    response.isWarning = true
    return response
  }

  private static func oneLine(_ text: String) -> String { LogText.oneLine(text) }

  static func reason(_ failure: OpenFailure) -> String {
    switch failure {
    case .missing: "no such file"
    case .leaves(let link, let target):
      "the link \(link) -> \(target) leaves the data directory; --also-serve names directories that links"
        + " may lead to"
    case .special: "is not a regular file"
    case .denied: "the server may not read it; check its owner and mode"
    case .wouldBlock: "its disk does not answer"
    case .exhausted(let error), .failed(let error): error.description
    }
  }
}
