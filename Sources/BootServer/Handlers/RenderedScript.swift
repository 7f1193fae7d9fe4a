// BootServer/Handlers: a script with what a machine adds.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// A script, and the places in it that differ from machine to machine.
struct RenderedScript: Sendable {
  /// The whole of it where nothing differs.
  let response: Response
  /// What stands around the machine's own query; one piece: there is no place for it.
  let pieces: [[UInt8]]
  /// Whether its profile has an installer.
  let installs: Bool

  /// The script of one machine.
  ///
  /// - Parameter query: `?machine=...`.
  func response(query: @autoclosure () -> [UInt8]) -> Response {
    if pieces.count == 1 { return response }
    var response = response
    response.body = [.bytes(Array(pieces.joined(separator: query())))]
    return response
  }
}
