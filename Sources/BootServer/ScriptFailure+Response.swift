// BootServer: from a failure to a status, a line for the client and a line in the log.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// The client's line names files as below the data directory; the log has everything.
extension ScriptFailure {
  /// Who waits for an answer.
  enum Asker {
    case profile
    /// Whatever is mended in the data directory cures it, so it asks again.
    case machine
  }

  /// The answer for a machine, which asks again until somebody has mended it.
  func response(for asker: Asker) -> Response {
    let response = response()
    guard asker == .machine, response.status != .serviceUnavailable else { return response }
    var later = Response.retryLater(seconds: 5, LogText.oneLine(told))
    later.event = response.event
    return later
  }

  func response() -> Response {
    switch self {
    case .unknown(let what, let file, let problem):
      let leaves = if case .leaves = problem { ": its link leaves, see --also-serve" } else { "" }
      let line = "unknown \(what): there is no \(LogText.oneLine(file))\(leaves)"
      return Self.noted(
        .line(.notFound, line), problem == .missing ? nil : "\(file): \(problem.reason)")
    case .unusable(let reason, _, _):
      return Self.noted(.line(.internalServerError, LogText.oneLine(reason)), sentence)
    case .unreadable(let file, let problem, _):
      return Self.noted(
        Self.unreadable("\(file)\(whoNames)", problem), sentence)
    }
  }

  private static func unreadable(_ file: String, _ problem: DataProblem) -> Response {
    switch problem {
    case .exhausted:
      .retryLater(seconds: 2, "the server is out of file descriptors or memory")
    case .leaves:
      .line(
        .internalServerError,
        "\(LogText.oneLine(file)): its link leaves the data directory, see --also-serve")
    case .missing, .special, .denied, .silent, .failed:
      .line(.internalServerError, LogText.oneLine("\(file): \(problem.reason)"))
    }
  }

  private static func noted(_ response: Response, _ error: String?) -> Response {
    guard let error else { return response }
    var response = response
    response.event.fail(error)
    return response
  }
}
