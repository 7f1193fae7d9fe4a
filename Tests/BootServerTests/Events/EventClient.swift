// BootServerTests: one that listens to events.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

/// One that listens to `/events`.
struct EventClient {
  let client: RawClient
  /// The number behind which it is told of events.
  let began: Int

  /// - Parameter after: the last number that it had.
  init(_ lab: MachineLab, after: Int? = nil, query: String = "") throws {
    client = try RawClient(socket: lab.server.directory.path + "/state/api.sock")
    let field = after.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    // HTTP/1.0: nothing is between the bytes.
    try client.send("GET /events\(query) HTTP/1.0\r\n\(field)\r\n")
    let head = try client.answer(hasBody: false)
    guard head.status == 200 else { throw ClientError(description: head.statusLine) }
    let block = try client.text(to: "\n\n")
    began = try #require(Int(block.split(separator: "\n").last?.dropFirst(4) ?? ""))
  }

  /// The next event, and its object.
  func next() throws -> (id: Int, name: String, data: JSON) {
    while true {
      let block = try client.text(to: "\n\n")
      if block.hasPrefix(":") { continue }
      let lines = block.split(separator: "\n")
      try #require(lines.count == 3, "\(block)")
      let id = try #require(Int(lines[0].dropFirst(4)))
      let data = try JSONReader.read(Array(lines[2].dropFirst(6).utf8))
      return (id, String(lines[1].dropFirst(7)), data)
    }
  }

  func next(named name: String) throws -> (id: Int, name: String, data: JSON) {
    while true {
      let event = try next()
      if event.name == name { return event }
    }
  }
}
