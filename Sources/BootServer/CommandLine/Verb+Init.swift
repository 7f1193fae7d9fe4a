// BootServer/CommandLine: the row of `init`.
// SPDX-License-Identifier: Apache-2.0

extension Operand {
  static let newData = Operand(
    name: "DIR", count: .optional, meaning: "a directory to make, or to add to")
}

extension Option {
  static let initFetch = Option(
    "--fetch", "OS", meaning: "fetches that system's images first, as images fetch does")
}

extension Verb {
  static let makeData = Verb(
    "init", [.newData], options: [.initFetch, .dataDirectory],
    meaning: "makes a data directory that boots something",
    examples: ["init lab", "init lab --fetch flatcar"],
    help: """
      Makes the four folders and profiles/default.json, the profile of every machine
      that no other one takes. It boots an image that is there, or the one that
      --fetch brings; else this host's own kernel with a small initrd, to a login.
      All of them run from memory, and none writes to a disk. Where --fetch fails
      there is no profile yet, and the same line may be said again.

      Your public key in ~/.ssh is copied to sshkeys/default.pub. What is there
      already stays as it is. DIR stands in for --data-dir.
      """,
    check: InitCommand.check, run: InitCommand.run)
}
