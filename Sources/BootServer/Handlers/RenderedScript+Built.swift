// BootServer/Handlers: from a script that was made to what is kept of it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

extension RenderedScript {
  /// - Parameter profile: empty where none was asked for.
  init(_ built: BuiltScript, profile: [UInt8], server: [UInt8]) {
    var response = Response(.ok)
    response.add("Content-Type", ContentType.text)
    response.setCaching("no-store")
    response.body = [.bytes(built.text)]
    response.event = Event(.script)
    if !profile.isEmpty { response.event.subject = .profile(Array(profile.prefix(256))) }
    response.context = ScriptMark(
      built, profile: String(decoding: profile, as: UTF8.self),
      version: VersionPlace.isName(built.version) ? built.version : nil)
    for warning in built.warnings { response.event.warn(warning.sentence) }
    self.init(response: response, built, server: server)
  }
}
