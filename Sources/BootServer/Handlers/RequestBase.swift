// BootServer/Handlers: what a script's URLs begin with.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System

/// What the URLs in answers begin with.
struct RequestBase: Sendable {
  /// `nil`: the request's own idea of this server; without one, the address it came in on.
  let configured: [UInt8]?

  func of(_ request: Request) -> [UInt8] {
    if let configured { return configured }
    let authority = request.head.authority
    var base: [UInt8] = []
    base.reserveCapacity(7 + max(authority.count, 54))
    base += "http://".utf8
    if authority.isEmpty { base += request.local.description.utf8 } else { base += authority }
    return base
  }

  func url(_ request: Request) -> String { String(decoding: of(request), as: UTF8.self) }
}
