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
    let start: EventListeners.Start
    do throws(UsageError) {
      start = try Self.start(request.head)
    } catch {
      return .line(.badRequest, error.description)
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
    switch listeners.add(start) {
    case .stream(let stream): response.stream = stream
    case .notYet:
      return .retryLater(
        seconds: 2,
        "events have no numbers yet: the state directory cannot be used; the server's log says why")
    case .full: return .retryLater(seconds: 10, "too many listen to events already")
    }
    return response
  }

  /// Events that one may begin with.
  private static let mostLast = 1000

  /// `Last-Event-ID`, else `after=`, else `last=`.
  private static func start(_ head: RequestHead) throws(UsageError) -> EventListeners.Start {
    if let field = head.first(.lastEventID) {
      // What is no number is no number of ours.
      let number = Int(String(decoding: field, as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
      return number.map { .after($0) } ?? .now
    }
    if let word = parameter("after", head) {
      guard let number = Int(word), number >= 0 else {
        throw UsageError("after= must be the number of an event, as in /events?after=17")
      }
      return .after(number)
    }
    guard let word = parameter("last", head) else { return .now }
    guard let count = Int(word), (0...mostLast).contains(count) else {
      throw UsageError("last= must be a number of events from 0 to \(mostLast)")
    }
    return .last(count)
  }

  private static func parameter(_ name: String, _ head: RequestHead) -> String? {
    QueryParameters(head.query ?? []).first { $0.name.elementsEqual(name.utf8) }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }
}
