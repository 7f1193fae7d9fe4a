// BootServer/CommandLine: the verbs about the server's state.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// `machines state` and `machines trust-state`.
enum StateCommand {
  static func show(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let state = try APIClient(arguments).read("GET", "/state")
    Process.writeToOutput(
      arguments.has(.json) ? Terminal.json(state) + "\n" : MachinesText.details(state))
    return .done
  }

  /// Prints what the server says to it.
  static func trust(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let answer = try client.call("POST", "/state/trust", limit: APIClient.maxComplaint)
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(try client.read("GET", "/state")) + "\n")
      return .done
    }
    let lines = String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline)
    let text = lines.map { Terminal.harmless(String($0)) + "\n" }.joined()
    Process.writeToOutput(text.isEmpty ? "The state is trusted.\n" : text)
    return .done
  }

  /// What a person who looks at the list must know of the state; none where all is well.
  static func notes(_ client: APIClient) -> [String] {
    do throws(CommandError) {
      var lines: [String] = []
      if let state = try there(client, "/state") { lines += StateText.warnings(state) }
      if let doubts = try there(client, "/doubts")?.elements.count, doubts > 0 {
        lines.append(
          "\(doubts == 1 ? "1 machine" : "\(doubts) machines") may be known ones under new names;"
            + " see coreos-ipxe-server machines doubts")
      }
      return lines
    } catch {
      return ["cannot say how the state is: \(error)"]
    }
  }

  /// `nil` from a server that does not know the path yet.
  private static func there(_ client: APIClient, _ path: String) throws(CommandError) -> JSON? {
    do throws(CommandError) {
      return try client.read("GET", path)
    } catch {
      guard error.answer == 404 else { throw error }
      return nil
    }
  }
}
