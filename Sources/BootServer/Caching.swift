// BootServer: who may keep an answer.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// `Cache-Control` of every answer: the one header that the original did not send.
///
/// A cache in front of the server must not serve an installer again after its machine has reported
/// `installed`. So whatever does not say otherwise is `no-store`: scripts, keys, rendered configs,
/// errors and redirects.
enum Caching {
  /// Files of the data directory.
  ///
  /// Profiles and configs are asked for anew each time. An image keeps its name and content, so a
  /// cache may serve it for a minute without asking; but not where a link leads to it or where it
  /// names a version, for both are what an update changes.
  static func ofFile(_ file: OpenFile) -> String {
    let path = file.path.bytes
    let isImage = path.starts(with: "images/".utf8)
    let namesVersion = path.suffix(12).elementsEqual("/version.txt".utf8)
    return isImage && !namesVersion && !file.isThroughLink ? "public, max-age=60" : "no-cache"
  }

  /// The outcome, with `no-store` where nothing else is said.
  static func completed(_ outcome: Outcome) -> Outcome {
    switch outcome {
    case .respond(let response): .respond(completed(response))
    case .wait: outcome
    case .work(let work):
      .work { done in
        work { result in
          switch result {
          case .respond(let response): done(.respond(completed(response)))
          case .handleAgain: done(.handleAgain)
          }
        }
      }
    }
  }

  private static func completed(_ response: Response) -> Response {
    if response.saysCaching { return response }
    var response = response
    response.setCaching("no-store")
    return response
  }
}
