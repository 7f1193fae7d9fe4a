// BootServer/CommandLine: the options of the verbs about machines.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Option {
  /// Where the server is that a verb speaks to.
  static let client: [Option] = [serverURL, tokenFile, dataDirectory, stateDirectory]

  static let json = Option(
    "--json", meaning: "for programs: JSON, as the API answers it")

  static let serverURL = Option(
    "--server", "URL", standard: "the socket of the server on this machine",
    meaning: "a server elsewhere; it wants --token-file, too",
    parse: { (_, value) throws(UsageError) in
      guard ServerURL.isValid(value) else {
        throw UsageError("'\(value)' is no URL such as http://boot.example:4777")
      }
      guard value.contains("://") || ServerURL.hasPort(value) else {
        throw UsageError("'\(value)' names no port; did you mean http://\(value):4777?")
      }
    })

  static let tokenFile = Option(
    "--token-file", "FILE", meaning: "a file with the token of the server's --api-token-file")

  static let profile = Option(
    "--profile", "NAME", meaning: "the profile that the machine gets: profiles/NAME.json")

  static let expect = Option(
    "--expect", meaning: "the machine need not have been seen: its record is made now")

  static let same = Option(
    "--same", meaning: "the machines named are known ones under new names")

  static let allOneToOne = Option(
    "--all-one-to-one", meaning: "every pair of one OLD and one NEW is one machine")

  static let wide = Option("--wide", meaning: "all columns, however long the lines")

  static let columns = Option(
    "--columns", "SET", meaning: "mayu: the columns of mayuctl list, whole",
    parse: { (_, value) throws(UsageError) in
      guard value == "mayu" else {
        throw UsageError("'\(value)' is not mayu, which is all there is")
      }
    })

  static let inState = Option(
    "--state", "STATE",
    meaning: "only those: unknown, configured, installing, installed or running",
    parse: { (_, value) throws(UsageError) in
      let known = ["unknown", "configured", "installing", "installed", "running"]
      guard !known.contains(value) else { return }
      let near = Nearest.name(to: value.lowercased(), in: known)
      throw UsageError(
        "'\(value)' is none of \(known.joined(separator: ", "))"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
    })

  static let withProfile = Option(
    "--profile", "PROFILE", meaning: "only machines that have this profile")

  static let held = Option("--held", meaning: "only machines that get no script")

  static let watch = Option(
    "--watch", meaning: "goes on: redraws a terminal, prints changes into a pipe")

  static let yes = Option("--yes", meaning: "does not ask; wants whole names")

  static let settle = Option(
    "--settle", meaning: "puts into files what a crash left in journals")

  static let help = Option("--help", meaning: "this text; -h does the same")
  static let version = Option("--version", meaning: "the version")
}
