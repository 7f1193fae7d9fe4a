// BootServer/CommandLine: events of a running server, as they come.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// Listens to `GET /events`, and knows where it was when it has to listen again.
struct EventFollower {
  /// Reads `text/event-stream`, in pieces of any size.
  struct Reader {
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var nextID: Int?
    /// Of the last event that came whole.
    private(set) var id: Int?
    private static let mostKept = 1 << 20

    init(id: Int? = nil) { self.id = id }

    /// - Returns: the objects of the events that end in this piece.
    mutating func append(_ piece: ArraySlice<UInt8>) -> [JSON] {
      var events: [JSON] = []
      for byte in piece {
        guard byte == 0x0a else {
          if line.count + data.count < Self.mostKept, byte != 0x0d { line.append(byte) }
          continue
        }
        if line.isEmpty {
          if !data.isEmpty, let event = try? JSONReader.read(data) { events.append(event) }
          (id, data) = (nextID ?? id, [])
        } else {
          take(line)
        }
        line.removeAll(keepingCapacity: true)
      }
      return events
    }

    private mutating func take(_ line: [UInt8]) {
      if line.starts(with: "data: ".utf8) { data += line.dropFirst(6) }
      if line.starts(with: "id: ".utf8) {
        nextID = Int(String(decoding: line.dropFirst(4), as: UTF8.self))
      }
    }
  }

  /// A server that says nothing for so long is not there any more.
  private static let silenceSeconds = 3 * EventListeners.heartbeatSeconds

  let client: APIClient
  /// The last event that was heard.
  private(set) var last: Int?

  init(_ client: APIClient) { self.client = client }

  /// Listens until the connection ends.
  ///
  /// - Parameter take: gets what has come; nothing at the start and at heartbeats.
  mutating func listen(_ take: ([JSON]) -> Void) throws(CommandError) {
    var reader = Reader(id: last)
    defer { last = reader.id }
    let heard = Mutex(Instant.now)
    let seconds = Self.silenceSeconds
    let isSilent: @Sendable () -> Bool = {
      heard.withLock { $0.advanced(seconds: seconds) } < Instant.now
    }
    try client.follow(
      "/events", fields: last.map { ["Last-Event-ID: \($0)"] } ?? [], isUnwanted: isSilent
    ) { piece in
      let events = reader.append(piece)
      take(events)
      heard.withLock { $0 = Instant.now }
      return true
    }
  }
}
