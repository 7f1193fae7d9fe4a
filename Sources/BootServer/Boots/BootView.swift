// BootServer/Boots: a boot as it is shown.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Where a boot stands still.
struct BootStall: Equatable, Sendable {
  let stage: BootStage.Kind
  /// Since something of it moved last.
  let seconds: Int
  /// `initrd 63 %, 41.0 MB of 65.0 MB, no byte for 45 s`, as the log says it.
  let says: String
}

/// A boot, and what is true of it only now.
struct BootView: Sendable {
  let run: BootRun
  var stall: BootStall?
  /// What people call the machine; `nil`: its ID.
  var name: String?

  /// As `GET /boots` has it: ``BootRun/json`` with `name` behind `machine`, and `stalled` behind `state`.
  var json: JSON {
    guard case .object(let members) = run.json else { return run.json }
    return .object(
      members.flatMap { member in
        switch member.name {
        case "machine": [member] + (name.map { [JSON.Member("name", .string($0))] } ?? [])
        case "state": [member, JSON.Member("stalled", stall?.json ?? .null)]
        default: [member]
        }
      })
  }
}

extension BootStall {
  fileprivate var json: JSON {
    .object([
      JSON.Member("stage", .string(stage.rawValue)), JSON.Member("seconds", .number("\(seconds)")),
      JSON.Member("says", .string(says)),
    ])
  }
}
