// BootServer/CommandLine: what the server that runs here says of itself.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a running server said when it began to listen.
struct HeardServer {
  /// `listening`.
  let start: LoggedEvent

  /// - Returns: `nil` where the start is not among the events any more.
  init?(_ events: [LoggedEvent]) {
    guard let start = events.last(where: { $0.name == "listening" }) else { return nil }
    self.start = start
  }

  /// Asks the server that the arguments find; `nil` where none answers.
  init?(_ arguments: Arguments) {
    guard let client = try? APIClient(arguments),
      let answer = try? client.call("GET", "/events/recent", seconds: 5)
    else { return nil }
    self.init(LoggedEvent.list(answer))
  }

  /// Where it listens and what its URLs begin with, for what nobody said.
  func adopted(by arguments: Arguments) -> Arguments {
    var adopted = arguments
    for (flag, key) in [("--listen", "address"), ("--base-url", "base")] {
      guard let option = arguments.verb.allOptions.first(where: { $0.flag == flag }),
        !arguments.has(option), let value = start[key]?.split(separator: " ").first
      else { continue }
      try? adopted.set(option, String(value))
    }
    return adopted
  }

  /// Whether somebody said what URLs begin with.
  static func isTold(_ arguments: Arguments) -> Bool {
    arguments.verb.allOptions.contains { option in
      ["--listen", "--base-url"].contains(option.flag) && arguments.has(option)
    }
  }
}
