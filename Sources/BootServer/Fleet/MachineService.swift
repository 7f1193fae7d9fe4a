// BootServer/Fleet: what handlers need to serve machines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// The register, and how this server treats machines; shared by all loops.
struct MachineService: Sendable {
  let register: MachineRegister
  /// For whoever explains.
  let profiles: SharedProfiles
  let unmatched: Unmatched
  /// How a machine is sent to its own disk.
  let localBoot: LocalBoot
  /// How often an installer is served to a machine that does not report.
  let tries: TryLimit
  /// Opens the API on the network.
  let apiToken: String?
  /// Opens the answers of all machines to an installer that is the same for all.
  let answerToken: String?
  let dialects: Set<Dialect>
  let discovery: EtcdDiscovery?
  /// Who has logged in to the page.
  let sessions: PageSessions
  /// Orders of the machines that were asked for lately.
  let orders = MachineOrders()
  /// For what takes long and changes nothing: lists, trails, other servers.
  let chores: WorkPool
  /// For records that lie on another host.
  let looks: WorkPool

  /// For commands that people are told to type.
  var command: OwnCommand { register.command }
  var now: Timestamp { Timestamp(seconds: WallClock.now.seconds) }

  /// Does something that may take long, and answers with what comes of it.
  func chore(_ lane: String, _ body: @escaping @Sendable () -> Response) -> Outcome {
    let chores = chores
    return .work { done in
      chores.submit(.chore(lane)) { done(.respond(body())) }
    }
  }
}

extension MachineError {
  /// The status that each error is.
  var status: Status {
    switch self {
    case .notJSON, .notAnObject, .badValue, .unknownKey, .readOnly, .unusableProfile, .tooLarge:
      .badRequest
    case .unknownMachine: .notFound
    case .ambiguous, .taken, .full, .refused, .otherHardware, .held, .notInDoubt: .conflict
    case .changed: .preconditionFailed
    case .badToken: .forbidden
    case .unreadable: .internalServerError
    case .notKept, .notKnown, .tooManyStrangers: .serviceUnavailable
    }
  }

  /// The answer to a person or a program; machines that boot are held instead.
  func response(_ event: Event.Name) -> Response {
    var response: Response
    let line = LogText.oneLine(description)
    switch self {
    case .notKept, .notKnown: response = .retryLater(seconds: 5, line)
    default: response = .line(status, line)
    }
    response.event = Event(event, ["error": .text(line)])
    return response
  }
}

extension Request {
  /// For the trail: an address or a user.
  var who: String { isTrusted ? "\(peer.hostText) by the socket" : peer.hostText }
}
