// BootServer: what is answered where there is no file.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

extension OpenFailure {
  /// The original's words where it had some; the log has everything.
  func response(_ name: RelativePath?) -> Response {
    let file = name?.text ?? ""
    var (response, error): (Response, String?)
    switch self {
    case .missing: (response, error) = (.line(.notFound, "404 page not found"), nil)
    case .leaves(let link, let target):
      response = .line(
        .notFound, "404 page not found: a link leaves the data directory, see --also-serve")
      error =
        "the link \(link) -> \(target) in \(file) leaves the data directory; --also-serve names"
        + " directories that links may lead to"
    case .special:
      response = .line(.notFound, "404 page not found")
      error = "\(file) is neither a file nor a directory"
    case .denied:
      response = .line(.forbidden, "403 Forbidden")
      error = "the server may not read \(file): check its owner and mode"
    case .exhausted(let reason):
      response = .retryLater(seconds: 2, "the server is out of file descriptors or memory")
      error = "\(file): \(reason)"
    case .failed, .wouldBlock:
      response = .line(.internalServerError, "the file cannot be read")
      error = "\(file): \(self)"
    }
    response.event = Event(.file)
    if let error { response.event.fail(error) }
    return response
  }
}
