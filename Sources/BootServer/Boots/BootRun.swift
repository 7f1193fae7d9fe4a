// BootServer/Boots: one boot, as the server saw it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// One boot of one machine, as the server saw it: every byte went through its hands.
struct BootRun: Equatable, Sendable {
  enum State: String, CaseIterable, Sendable {
    case booting
    /// A step has not moved for its limit.
    case stalled
    case done
    /// The machine was sent to its own disk.
    case local
    /// It got all, and has not said that it runs.
    case noReport = "no-report"
    /// It asked for its script again before it had ended.
    case restarted
    /// The server stopped meanwhile.
    case cut

    /// Whether it goes on.
    var isUnderWay: Bool { self == .booting || self == .stalled }
  }

  /// Who boots.
  enum Who: Hashable, Sendable {
    case machine(MachineID)
    /// Who asks by a profile's name is an address.
    case profile(String, SocketAddress.Host)
  }

  /// Rises from boot to boot.
  let number: Int
  let who: Who
  /// By its name; empty: none.
  let profile: String
  var version: String?
  let address: String
  var state = State.booting
  /// Whether another machine at its address fetches the same, so that nobody knows which one did.
  var isShared = false
  /// Milliseconds since 1970.
  let began: Int64
  /// Since the boot began.
  var ended: UInt32?
  var stages: [BootStage] = []

  /// A boot that asks for more kinds of files than this is counted, and its first steps are kept.
  static let mostStages = 40

  var machine: MachineID? {
    if case .machine(let id) = who { id } else { nil }
  }

  /// Whether its kernel began to go out: from then on asking for the script again is another boot.
  var hasKernel: Bool { stages.contains { $0.kind == .kernel } }
}
