// BootServer/Fleet: what a machine that boots is told.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// What a machine that boots is told.
enum BootAnswer<Script: Sendable>: Sendable {
  /// The script that asks it who it is.
  case whoAreYou
  /// Its profile's script, without the keys of `install`.
  case script(Script, Roster.Entry)
  /// Its installer's script.
  case installer(Script, Roster.Entry)
  /// The script for its own disk.
  case localDisk(BootPlan.LocalDisk, Machine?)
  /// "Not yet". The machine is its own, where that is known.
  case hold(Hold, Machine?)
  /// "Not yet": something could not be decided, or not be written down.
  case refused(MachineError, Machine?)
  /// It told nothing that finds a machine, or that one could be made of; others may have its serial.
  case nameless(serial: String?, sharing: [SharedNames])
}

extension BootAnswer {
  /// What its console shows, where it gets no script.
  var console: String? {
    switch self {
    case .whoAreYou, .script, .installer, .localDisk: nil
    case .hold(let hold, _): "this machine is held: \(hold.console)"
    case .refused(let error, _): "this machine is held: \(error.console)"
    case .nameless(nil, _):
      "no uuid and no mac here tells one machine from another, so none can be found or made"
    case .nameless(let serial?, let sharing):
      sharing.isEmpty
        ? MachineError.unknownMachine(serial).description
        : "\(serial) names \(sharing.count) machines, and no uuid and no mac here tells which one;"
          + " the server's log names them"
    }
  }
}
