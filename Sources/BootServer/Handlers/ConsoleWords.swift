// BootServer/Handlers: from an error to the script that tells of it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// What a person in front of a machine reads.
struct ConsoleWords: Sendable {
  /// Whether it says why; else iPXE gets the bare status.
  let saysWhy: Bool
  /// What follows the menu that machines get which no profile takes; `nil`: there is none.
  let menu: MenuScript.Otherwise?
  /// What is typed on the server to find what is wrong.
  let check: String
  /// How a machine is sent to its own disk.
  let localBoot: LocalBoot

  /// - Parameter names: what may have been meant by a profile's name.
  func told(
    _ response: Response, _ names: [String], _ base: [UInt8], _ asksForReason: Bool
  ) -> Response {
    guard response.status.rawValue >= 400, case .bytes(let line)? = response.body.first else {
      return response
    }
    let sentence = String(decoding: line.prefix { $0 != 0x0a }, as: UTF8.self)
    guard response.status == .serviceUnavailable else {
      guard saysWhy else { return response }
      let look = "The server's log has more. On the server, this finds what is wrong:"
      let sentences =
        ["No boot script: \(sentence)"] + names + [look, "  \(check)"]
      return Self.script(ConsoleScript.failure(sentences, base: base), in: response)
    }
    guard response.event.name == .held else { return response }
    if let menu, response.event.fields.contains(where: Self.isUnmatched) {
      return Self.script(MenuScript.leading(to: menu, local: localBoot, base: base), in: response)
    }
    guard asksForReason, saysWhy else { return response }
    let clock = LogLine.second(WallClock.now.seconds)[11..<16]
    let time = String(decoding: clock, as: UTF8.self)
    return Self.script(
      ConsoleScript.held(["\(time) UTC: \(sentence)"], base: base), in: response)
  }

  private static func isUnmatched(_ field: Event.Field) -> Bool {
    field.key == "by" && field.value == .text(Hold.Reason.unmatched.rawValue)
  }

  private static func script(_ text: [UInt8], in response: Response) -> Response {
    var answer = Response(.ok)
    answer.meantStatus = response.status
    answer.add("Content-Type", ContentType.text)
    answer.body = [.bytes(text)]
    answer.event = response.event
    return answer
  }
}
