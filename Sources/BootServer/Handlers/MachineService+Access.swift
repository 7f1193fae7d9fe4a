// BootServer/Handlers: who may use the machine API.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

extension MachineService {
  /// Who may: the owner of the socket, and on the network who has the token.
  ///
  /// - Parameter takesCookie: so may who has logged in to the page.
  func refusal(_ request: Request, takesCookie: Bool = false) -> Response? {
    if request.isTrusted { return nil }
    guard let expected = apiToken else {
      return Self.refused(
        .line(
          .forbidden,
          "the machine API is on the Unix socket in the state directory; on the network it is"
            + " served with --api-token-file"))
    }
    if let token = BearerToken.of(request.head) {
      if BearerToken.isEqual(token, expected) { return nil }
    } else if takesCookie, sessions.has(request.head) {
      return sessions.accepts(request) ? nil : Self.refused(PageSessions.otherOrigin)
    }
    var response = Response.line(
      .unauthorized, "the machine API needs Authorization: Bearer and the server's token")
    response.add("WWW-Authenticate", "Bearer")
    return Self.refused(response)
  }

  private static func refused(_ response: Response) -> Response {
    var response = response
    response.event = Event(.machineAPI)
    return response
  }
}
