// BootServer/CommandLine: the row of `print`.
// SPDX-License-Identifier: Apache-2.0

extension Operand {
  static let printKind = Operand(
    name: "KIND", count: .one,
    meaning: "what to print: \(PrintKind.table.map(\.name).joined(separator: ", "))",
    words: PrintKind.table.map(\.name))
  static let printPart = Operand(
    name: "PART", count: .optional, meaning: "which of its parts",
    words: PrintKind.table.flatMap(\.parts))
}

extension Option {
  static let printDirectory = Option(
    "--dir", "DIR", meaning: "writes the files there; one that is there is never touched")
}

extension Verb {
  static let print = Verb(
    "print", [.printKind, .printPart],
    options: [.printDirectory] + Option.networks + [.certificate, .certificateKey, .image]
      + Option.server,
    meaning: "files for what stands around the server, right for this one",
    examples: [
      "print vultr --base-url http://203.0.113.9:4777",
      "print dnsmasq --listen 192.168.122.1:4777 --interface br0",
    ],
    help: """
      Prints whole files, ready to paste. The first lines of each say what it does,
      where it goes and how to see that it works. KIND is one of:

      \(kinds)

      URLs begin with --base-url, or with the address that the server listens on.
      Files for a network name the builds of iPXE that are there, and for those that
      are not where they come from.
      What cannot be known is asked for, and never guessed.
      """,
    check: PrintCommand.check, run: PrintCommand.run)

  private static var kinds: String {
    let rows = PrintKind.table.map { (([$0.name] + $0.parts).joined(separator: " "), $0.meaning) }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { row in
      "  \(row.0)\(String(repeating: " ", count: width - row.0.count))  \(row.1)"
    }.joined(separator: "\n")
  }
}
