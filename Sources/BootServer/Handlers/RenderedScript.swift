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
  /// - Parameter addQuery: adds `?machine=...`.
  func response(_ addQuery: (inout [UInt8]) -> Void) -> Response {
    if pieces.count == 1 { return response }
    var query: [UInt8] = []
    query.reserveCapacity(96)
    addQuery(&query)
    var text: [UInt8] = []
    text.reserveCapacity(Int(response.contentLength) + pieces.count * query.count)
    for (index, piece) in pieces.enumerated() {
      if index > 0 { text += query }
      text += piece
    }
    var response = response
    response.body = [.bytes(text)]
    return response
  }
}
