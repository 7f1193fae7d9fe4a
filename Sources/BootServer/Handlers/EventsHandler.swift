// BootServer/Handlers: what happened lately, and what happens.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// Answers `GET /events/recent`, a JSON object a line, the oldest first, and `GET /events`, which goes on.
struct EventsHandler {
  let machines: MachineService
  let feed: EventFeed
  let listeners: EventListeners

  func recent() -> Outcome {
    let feed = feed
    return machines.chore("events") {
      var response = Response(.ok)
      response.add("Content-Type", "application/x-ndjson")
      response.body = [.bytes(feed.recentLines)]
      response.event = Event(.events)
      return response
    }
  }

  /// A listener is no event of its own: where many come and go, they would tell of nothing else.
  func listen(_ request: Request) -> Outcome {
    var response = answer(request)
    response.event.name = .events
    return .respond(response)
  }

  private func answer(_ request: Request) -> Response {
    let after: Int?
    if let field = request.head.first(.lastEventID) {
      // What is no number is no number of ours.
      after = Int(String(decoding: field, as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
    } else if let word = Self.after(request.head.query) {
      guard let number = Int(String(decoding: word, as: UTF8.self)), number >= 0 else {
        return .line(.badRequest, "after= must be the number of an event, as in /events?after=17")
      }
      after = number
    } else {
      after = nil
    }
    var response = Response(.ok)
    response.add("Content-Type", "text/event-stream")
    // nginx would wait for more.
    response.add("X-Accel-Buffering", "no")
    response.event = Event(.events, .debug)
    if request.head.method == .head {
      response.stream = ResponseStream()
      return response
    }
    switch listeners.add(after: after) {
    case .stream(let stream): response.stream = stream
    case .notYet:
      return .retryLater(
        seconds: 2,
        "events have no numbers yet: the state directory cannot be used; the server's log says why")
    case .full: return .retryLater(seconds: 10, "too many listen to events already")
    }
    return response
  }

  private static func after(_ query: ArraySlice<UInt8>?) -> [UInt8]? {
    QueryParameters(query ?? []).first { $0.name.elementsEqual("after".utf8) }?.value
  }
}
