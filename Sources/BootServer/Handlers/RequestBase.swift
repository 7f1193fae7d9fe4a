// BootServer/Handlers: what a script's URLs begin with.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System

/// What the URLs in answers begin with, behind `http://`.
struct RequestBase: Sendable {
  /// `nil`: the request's own idea of this server; without one, the address it came in on.
  let configured: [UInt8]?

  func of(_ request: Request) -> [UInt8] {
    if let configured { return configured }
    return request.head.authority.isEmpty
      ? Array(request.local.description.utf8) : Array(request.head.authority)
  }

  func url(_ request: Request) -> String {
    "http://" + String(decoding: of(request), as: UTF8.self)
  }
}
