// BootServer/Handlers: what happened lately.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import Text

/// Answers `GET /events/recent`: a JSON object a line, the oldest first.
struct EventsHandler {
  let machines: MachineService
  let recent: RecentEvents

  func respond() -> Outcome {
    let recent = recent
    return machines.chore("events") {
      let (first, lines) = recent.last
      var text: [UInt8] = []
      for (index, line) in lines.enumerated() {
        guard let event = LoggedEvent(line) else { continue }
        text += JSONWriter.text(event.json(id: first + index)).utf8
        text.append(0x0a)
      }
      var response = Response(.ok)
      response.add("Content-Type", "application/x-ndjson")
      response.body = [.bytes(text)]
      response.event = Event(.events)
      return response
    }
  }
}
