// Boot/Machines/Record: why something cannot be done with a machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is wrong with a request about a machine; `description` is a sentence with the way out.
package enum MachineError: Error, Equatable, Sendable, CustomStringConvertible {
  case notJSON(JSONError)
  case notAnObject(kind: String)
  case badValue(key: String, reason: String)
  case unknownKey(String, nearest: String?)
  case readOnly(String)
  case unknownMachine(String)
  /// A name that several machines answer to.
  case ambiguous(String, [MachineID])
  /// A machine that boots has to wait.
  case held(Hold)
  /// What boots has the name of a record that is about other hardware by now.
  case otherHardware(MachineID)
  /// A machine of which it is asked which other one it is.
  case notInDoubt(MachineID, with: [MachineID])
  /// A UUID or MAC that another machine has.
  case taken(key: String, value: String, by: MachineID)
  case unusableProfile(name: String, reason: String)
  case full(profile: String, quantity: Int)
  /// Whoever reaches the server can name machines; not without end.
  case tooManyStrangers(limit: Int)
  case tooLarge(MachineID, limit: Int)
  case refused(MachineID, from: MachineState, to: MachineState, reason: String)
  /// The record is not what the client thought it to be.
  case changed(MachineID)
  case badToken(MachineID)
  /// A record's file that cannot be used; its machine is held.
  case unreadable(file: String, reason: String)
  /// What was asked for could not be written down, and so did not happen.
  case notKept(file: String, reason: String)
  /// What was asked for may have happened; a later answer tells.
  case notKnown(String)

  /// For people who administer machines: it may name other machines and files.
  package var description: String {
    switch self {
    case .notJSON(let error): "the body is not valid JSON: \(error)"
    case .notAnObject(let kind): "the body must be a JSON object, but is \(kind)"
    case .badValue(let key, let reason): "\"\(key)\" \(reason)"
    case .unknownKey(let key, let nearest):
      "unknown key \"\(key)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    case .readOnly(let key): "\"\(key)\" cannot be set: the server keeps it"
    case .unknownMachine(let name): "there is no machine \(name)" + Self.hint(name)
    case .held(let hold): hold.console
    case .ambiguous(let name, let ids):
      "\(name) names \(ids.count) machines: "
        + ids.prefix(5).map(\.description).joined(separator: ", ") + "; use an ID"
    case .otherHardware(let id):
      "machine \(id) has another uuid or mac by now, or another serial; correct it with"
        + " machines set, or remove it"
    case .notInDoubt(let id, let others) where others.isEmpty:
      "machine \(id) has no name of a machine in use, so there is nothing to decide"
    case .notInDoubt(let id, let others):
      "machine \(id) has names of \(others.count) machines: "
        + others.prefix(5).map(\.description).joined(separator: ", ")
        + "; give them to the one that it is: machines set ID uuid= macs= serial="
    case .taken(let key, let value, let id): "\"\(key)\": machine \(id) has \(value) already"
    case .unusableProfile(_, let reason): "\"profile\": \(reason)"
    case .full(let profile, let quantity):
      "profile \(profile) is full: its quantity is \(quantity), and so many machines have it"
    case .tooManyStrangers(let limit):
      "there are \(limit) machines without a profile already; remove those that are none"
    case .tooLarge(let id, let limit):
      "the record of machine \(id) would be larger than \(limit >> 10) KB"
    case .refused(let id, let from, let to, let reason):
      "machine \(id) is \(from) and cannot become \(to): \(reason)"
    case .changed(let id): "machine \(id) has changed; read it again"
    case .badToken(let id):
      "the token is not the present one of machine \(id); it is in the script or config it got last"
    case .unreadable(let file, let reason): "\(file) cannot be used: \(reason)"
    case .notKept(let file, let reason): "cannot keep \(file): \(reason)"
    case .notKnown(let reason):
      "it is not known whether the change happened: \(reason); ask again, and the answer says which"
    }
  }

  /// For a machine that boots: it names no other machine, and no place on the server.
  package var console: String {
    switch self {
    case .held(let hold): hold.console
    case .otherHardware(let id): Hold.otherHardware(id).console
    case .unreadable(_, let reason): Hold.record(nil, reason, isSaid: false).console
    case .notKept, .notKnown:
      "cannot keep this boot; the server's log says why, and it tries again by itself"
    case .unknownMachine, .tooManyStrangers: description
    case .notJSON, .notAnObject, .badValue, .unknownKey, .readOnly, .ambiguous, .taken,
      .unusableProfile, .full, .tooLarge, .refused, .changed, .badToken, .notInDoubt:
      "its record cannot be changed as it must; the server's log says why"
    }
  }

  /// A machine that was never seen can only be meant where its hardware is named.
  private static func hint(_ name: String) -> String {
    MachineUUID(name) == nil && MACAddress(name) == nil
      ? ""
      : " yet; if it shall get a profile before it boots for the first time, say --expect"
  }
}
