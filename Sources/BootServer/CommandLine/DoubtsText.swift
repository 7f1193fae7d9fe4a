// BootServer/CommandLine: doubts on a terminal.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Pairs of machines that may be one.
enum DoubtsText {
  /// A table, then the commands that decide.
  ///
  /// - Parameter doubts: what `GET /doubts` answers.
  static func list(_ doubts: [JSON]) -> String {
    guard !doubts.isEmpty else { return "No machine is in doubt.\n" }
    let rows = doubts.map { doubt in
      let shares = doubt["shares"].elements.map { "\($0["name"].shown) \($0["value"].shown)" }
      return [doubt["old"].shown, doubt["new"].shown, shares.joined(separator: ", ")]
    }
    let commands = doubts.map { "  \($0["command"].shown)\n" }
    return MachinesText.aligned([["OLD", "NEW", "SHARES"]] + rows)
      + "\nWhere NEW is the machine OLD under new names:\n\n" + commands.joined()
      + "\nWhere it is another machine: coreos-ipxe-server machines claim NEW --profile NAME\n"
  }
}
