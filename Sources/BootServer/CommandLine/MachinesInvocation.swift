// BootServer/CommandLine: what `machines ...` is told.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// `coreos-ipxe-server machines VERB [ID] ...`.
package struct MachinesInvocation: Equatable, Sendable {
  package enum Verb: Equatable, Sendable {
    case list
    case show(String)
    /// A merge patch.
    case set(String, body: String)
    case claim(String, profile: String)
    case remove(String)
    case watch
    case audit(String)
  }

  package let verb: Verb
  package private(set) var json = false
  /// `nil`: the socket in the state directory.
  package private(set) var server: String?
  package private(set) var tokenFile: String?
  package private(set) var socket: String

  package static let helpText = """
    Usage: coreos-ipxe-server machines VERB [ID] [OPTION]...

    Shows and changes the machines of a running server. ID is a machine's ID, UUID, MAC,
    serial, asset tag, host name or address, as long as it names one machine.

      list                       all machines
      show ID                    one machine
      claim ID --profile NAME    gives it a profile; a new machine is installed at once
      set ID KEY=VALUE...        state=configured (install again at the next boot),
                                 profile=, hostname=, serial=, asset=, metadata.KEY=;
                                 an empty value takes it away
      remove ID                  forgets it
      watch                      all machines, then every change as it happens
      audit ID                   what happened to it

    Options:

      --json             for programs: what the API answers
      --server URL       a server elsewhere, with --token-file; default: the socket of the
                         server on this machine
      --token-file FILE  the token of --api-token-file
      --data-dir DIR     whose state/ holds the socket; COREOS_IPXE_SERVER_DATA_DIR
      --state-dir DIR    where it is elsewhere; COREOS_IPXE_SERVER_STATE_DIR

    Needs curl. Exit status: 0 done, 1 failed, 2 wrong usage.

    """

  private static let verbs = ["list", "show", "set", "claim", "remove", "watch", "audit"]

  /// - Returns: `nil` where help was asked for.
  package init?(
    arguments: ArraySlice<String>, environment: (String) -> String?
  ) throws(UsageError) {
    var configuration = Configuration()
    for option in Option.all where ["--data-dir", "--state-dir"].contains(option.flag) {
      if let value = environment(option.variable), !value.isEmpty {
        try option.set(&configuration, value)
      }
    }
    var rest = arguments
    var words: [String] = []
    var profile: String?
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument.count > 1 else {
        words.append(argument)
        continue
      }
      if argument == "--help" || argument == "-h" { return nil }
      if argument == "--json" {
        json = true
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let flag = String(parts[0])
      let known = ["--server", "--token-file", "--data-dir", "--state-dir", "--profile"]
      guard known.contains(flag) else {
        let near = Nearest.name(to: flag, in: known + ["--json"])
        throw UsageError(
          "unknown option '\(flag)'\(near.map { "; did you mean '\($0)'?" } ?? "");"
            + " see machines --help")
      }
      guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty
      else { throw UsageError("option \(flag) needs a value") }
      switch flag {
      case "--server": server = value.hasSuffix("/") ? String(value.dropLast()) : value
      case "--token-file": tokenFile = value
      case "--profile": profile = value
      case "--data-dir": configuration.dataDirectory = value
      default: configuration.stateDirectoryOption = value
      }
    }
    socket = configuration.stateDirectory + "/api.sock"
    verb = try Self.verb(words, profile: profile)
  }

  private static func verb(
    _ words: [String], profile: String?
  ) throws(UsageError) -> Verb {
    guard let name = words.first else {
      throw UsageError("machines needs a verb: \(verbs.joined(separator: ", "))")
    }
    guard verbs.contains(name) else {
      let near = Nearest.name(to: name, in: verbs)
      throw UsageError(
        "unknown verb '\(name)'\(near.map { "; did you mean '\($0)'?" } ?? ""); see machines --help"
      )
    }
    guard profile == nil || name == "claim" else {
      throw UsageError("--profile belongs to claim")
    }
    let arguments = words.dropFirst()
    if name == "list" || name == "watch" {
      guard arguments.isEmpty else {
        throw UsageError("unexpected argument '\(arguments.joined(separator: " "))'")
      }
      return name == "list" ? .list : .watch
    }
    guard let id = arguments.first, !id.isEmpty else {
      throw UsageError("machines \(name) needs a machine's ID")
    }
    let more = Array(arguments.dropFirst())
    guard name == "set" || more.isEmpty else {
      throw UsageError("unexpected argument '\(more[0])'")
    }
    switch name {
    case "show": return .show(id)
    case "remove": return .remove(id)
    case "audit": return .audit(id)
    case "claim":
      guard let profile else { throw UsageError("machines claim needs --profile NAME") }
      return .claim(id, profile: profile)
    default: return .set(id, body: try patch(more))
    }
  }

  private static let keys = [
    "state", "profile", "hostname", "serial", "asset", "uuid", "etcdToken", "metadata.KEY",
  ]

  /// `KEY=VALUE` words as a merge patch.
  private static func patch(_ words: [String]) throws(UsageError) -> String {
    guard !words.isEmpty else {
      throw UsageError("machines set needs KEY=VALUE, such as state=configured")
    }
    var members: [JSON.Member] = []
    var metadata: [JSON.Member] = []
    for word in words {
      // By scalars: a value may begin with an accent that would join the sign.
      guard let sign = word.unicodeScalars.firstIndex(of: "=") else {
        throw UsageError("'\(word)' is not KEY=VALUE")
      }
      let key = String(word.unicodeScalars[..<sign])
      let text = String(word.unicodeScalars[sign...].dropFirst())
      let value: JSON = text.isEmpty ? .null : .string(text)
      if key.hasPrefix("metadata."), Metadata.isKey(String(key.dropFirst(9))) {
        metadata.append(JSON.Member(String(key.dropFirst(9)), value))
      } else if keys.contains(key), key != "metadata.KEY" {
        members.append(JSON.Member(key, value))
      } else {
        let near = Nearest.name(to: key, in: keys)
        throw UsageError(
          "unknown key '\(key)'; "
            + (near.map { "did you mean '\($0)'?" } ?? "there are \(keys.joined(separator: ", "))"))
      }
    }
    if !metadata.isEmpty { members.append(JSON.Member("metadata", .object(metadata))) }
    return JSONWriter.text(.object(members))
  }
}
