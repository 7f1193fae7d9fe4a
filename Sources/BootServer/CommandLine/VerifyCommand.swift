// BootServer/CommandLine: checking a state directory without a server.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// `machines verify`.
enum VerifyCommand {
  /// Looks through a state directory and, with `settle`, puts its journals into files.
  typealias Check =
    @Sendable (_ directory: String, _ settle: Bool) throws(CommandError) -> [Finding]

  // FIXME: joined to the store by the coordinator.
  static let check: Check = { (_, _) throws(CommandError) in
    throw CommandError("this version cannot verify a state directory yet")
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    try run(arguments, check, print: Process.writeToOutput)
  }

  static func run(
    _ arguments: Arguments, _ check: Check, print: (String) -> Void
  ) throws(CommandError) -> ExitCode {
    let directory = arguments.operands.first ?? StatePlaces.existing(arguments)
    let findings = try check(directory, arguments.has(.settle))
    print(arguments.has(.json) ? json(findings) : text(findings, directory))
    return findings.isEmpty ? .done : .found
  }

  private static func text(_ findings: [Finding], _ directory: String) -> String {
    if findings.isEmpty { return Terminal.harmless("\(directory): all is well") + "\n" }
    return findings.map { Terminal.harmless("\($0.place): \($0.says)") + "\n" }.joined()
  }

  private static func json(_ findings: [Finding]) -> String {
    let list = findings.map { finding in
      JSON.object([
        JSON.Member("place", .string(finding.place)), JSON.Member("says", .string(finding.says)),
      ])
    }
    return Terminal.json(.array(list)) + "\n"
  }
}
