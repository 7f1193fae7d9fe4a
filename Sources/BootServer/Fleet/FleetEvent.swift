// BootServer/Fleet: what happens to machines beside what they ask for.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// What the fleet's keeper found, as a typed value.
enum FleetEvent {
  /// A record was edited by hand, and is taken over.
  case edited(MachineID)
  /// A machine is in another state, or new (`nil` before), or gone (`nil` now).
  case moved(MachineID, from: MachineState?, to: MachineState?)
  /// A record cannot be used; its machine is held.
  case heldRecord(MachineError)
  /// A batch could not be written, and did not happen.
  case notKept(changes: Int, reason: String)

  /// - Parameter command: for what a sentence says to type.
  func event(_ command: OwnCommand) -> Event {
    switch self {
    case .edited(let id): Event(.recordEdited, .warning, subject: .machine(id.description))
    case .moved(let id, let old, let new): Self.moved(id, StateMove(from: old, to: new))
    case .heldRecord(let error):
      Event(.state, .error, ["error": .text(command.completed(error.description))])
    case .notKept(let changes, let reason):
      Event(.state, .error, ["changes": "\(changes)", "error": .text(reason)])
    }
  }

  private static func moved(_ id: MachineID, _ move: StateMove) -> Event {
    Event(
      .machineState, subject: .machine(id.description),
      ["from": .text(move.from), "to": .text(move.to)])
  }
}
