// BootServer/CommandLine: machines that need a person.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Sentences below the list, for somebody who was called at night.
enum AttentionText {
  private static let maxLines = 20

  /// A line for each machine that is held or that does not get installed; after 20 their number.
  static func lines(_ machines: [JSON]) -> [String] {
    let all = machines.compactMap(line)
    guard all.count > maxLines else { return all }
    return all.prefix(maxLines)
      + ["and \(all.count - maxLines) more that wait; coreos-ipxe-server machines show ID says why"]
  }

  private static func line(_ machine: JSON) -> String? {
    let name = MachinesText.name(machine)
    let held = machine["held"]
    if held != .null {
      let since = held["since"].shown
      let says = held["says"].shown
      return "\(name) is held\(since.isEmpty ? "" : " since \(since)"): "
        + (says.isEmpty ? held["reason"].shown : says)
    }
    guard case .number(let text) = machine["failedTries"], let tries = Int(text), tries >= 2 else {
      return nil
    }
    return "\(name): its installer was served \(tries) times and has not reported;"
      + " look at its console, each time may write its disk"
  }
}
