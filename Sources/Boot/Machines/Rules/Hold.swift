// Boot/Machines/Rules: why a machine has to wait.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why a machine is held: a word, a sentence for whoever asks, and one for the log.
///
/// What a client is told names no UUID, MAC or serial but those of its own record: whoever knows those of
/// another machine gets its token.
package enum Hold: Equatable, Sendable {
  /// No profile takes it; `nil`: it was never seen.
  case unmatched(MachineID?)
  /// Several profiles ask for it with the same right: their files.
  case tie([String])
  /// Its profile cannot be used; `logged`: what the log has in place of that, where it says more.
  case profile(String, logged: String? = nil)
  /// What its script names cannot be had: an image, a config, a template; `logged` as of a profile.
  case file(String, logged: String? = nil)
  /// A record that it has a name of cannot be used; `isSaid`: the boot itself says the record's ID.
  case record(MachineID?, String, isSaid: Bool)
  /// The record of the ID that it would get is about other hardware.
  case otherHardware(MachineID)
  /// It, by its ID, has names in common with machines in use.
  case sharesNames(MachineID?, [SharedNames])
  /// It says the UUID of a machine, and is another board.
  case saysUUID(of: MachineID)
  /// Several machines fit.
  case several([MachineID])
  /// Its installer was served as often as it may be, and it never reported.
  case failedTries(MachineID)
  /// The state directory may be older than what happened.
  case careful(MachineID?)
  /// The state directory cannot be used.
  case state

  /// One word each; the log's `by=`, and `reason` in the API.
  package enum Reason: String, Sendable, CaseIterable {
    case unmatched, tie, profile, file, record, contradiction, careful, state
    case failedTries = "failed-tries"
  }

  /// Its kind, of nine: what `machines list` shows, and docs/machines.md explains.
  package var reason: Reason {
    switch self {
    case .unmatched: .unmatched
    case .tie: .tie
    case .profile: .profile
    case .file: .file
    case .record, .otherHardware: .record
    case .sharesNames, .saysUUID, .several: .contradiction
    case .failedTries: .failedTries
    case .careful: .careful
    case .state: .state
    }
  }

  private static let program = "coreos-ipxe-server machines"

  /// For the machine's console, and for whoever asks.
  package var console: String {
    switch self {
    case .unmatched(let id?):
      return "no profile takes it; claim it with: \(Self.program) claim \(id) --profile NAME"
    case .unmatched(nil): return "a machine that was never seen"
    case .tie(let files):
      return "\(files.joined(separator: " and ")) ask for it with the same right;"
        + " give one a \"priority\""
    case .profile(let problem, _), .file(let problem, _): return problem
    case .record(_, let problem, isSaid: true): return problem
    case .record(_, _, isSaid: false):
      return "the record of this machine cannot be used; the server's log names it"
    case .otherHardware(let id): return MachineError.otherHardware(id).description
    case .sharesNames(let id, let sharing) where sharing.contains { $0.machine == id }:
      return "a serial alone gets no installer; it must say its uuid or mac, too"
    case .sharesNames(_, let sharing):
      let kinds = sharing.map(\.kinds).max { $0.utf8.count < $1.utf8.count } ?? "name"
      if sharing.contains(where: \.isDamaged) {
        return
          "its \(kinds) is that of a machine whose record cannot be used; the server's log names it"
      }
      return "its \(kinds) is that of a machine in use; \(Self.program) doubts says how to decide"
    case .saysUUID:
      return "its uuid is that of a machine which has another mac and another serial;"
        + " the server's log says how to decide"
    case .several: return "several machines have its names; the server's log says which"
    case .failedTries(let id):
      return
        "its installer was served again and again, and it never reported; mend what stops it, then say:"
        + " \(Self.program) set \(id) state=configured"
    case .careful(let id?):
      return
        "the server's state directory may be older than what happened; when it is the right one"
        + " say \(Self.program) trust-state, or: \(Self.program) claim \(id) --profile NAME"
    case .careful(nil):
      return
        "the server's state directory may be older than what happened; when it is the right one"
        + " say \(Self.program) trust-state"
    case .state:
      return
        "the server cannot use its state directory; its log says why, and it tries again by itself"
    }
  }

  /// For the log, which may name other machines.
  package var log: String {
    switch self {
    case .profile(let problem, let logged), .file(let problem, let logged):
      return logged ?? problem
    case .unmatched, .tie, .careful, .state, .otherHardware, .failedTries: return console
    case .record(_, let problem, _): return problem
    case .sharesNames(let id, let sharing) where sharing.contains { $0.machine == id }:
      return console
    case .sharesNames(_, let sharing) where sharing.contains(where: \.isDamaged):
      let names = sharing.map(\.description).joined(separator: ", and ")
      return "it has \(names); a record of those cannot be used: mend it, or remove it"
    case .sharesNames(let id, let sharing):
      let names = sharing.map(\.description).joined(separator: ", and ")
      guard let id, !sharing.contains(where: \.isDamaged) else { return "it has \(names)" }
      return "it has \(names); if it is that machine, say: \(Self.program) doubts --same \(id),"
        + " if not: \(Self.program) claim \(id) --profile NAME"
    case .saysUUID(let id):
      return
        "it says the uuid of machine \(id), and has another mac and another serial: two boards say"
        + " one uuid; to install this one too, PUT /machines/ITS-MAC with its profile, and if it is"
        + " machine \(id) after all: \(Self.program) set \(id) serial=ITS-SERIAL"
    case .several(let ids):
      return "it has names of \(ids.count) machines: "
        + ids.prefix(5).map(\.description).joined(separator: ", ")
        + "; take them away from those that it is not: \(Self.program) set ID macs= uuid= serial="
    }
  }
}
