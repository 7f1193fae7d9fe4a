// BootServer/CommandLine: checking a state directory without a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `machines verify`.
enum VerifyCommand {
  /// Looks through a state directory and, with `settle`, puts its journals into files.
  typealias Check =
    @Sendable (_ directory: String, _ settle: Bool) throws(CommandError) -> [Finding]

  static let check: Check = { (directory, settles) throws(CommandError) in
    do throws(StoreError) {
      var findings: [Finding] = []
      if settles, let left = try StateCheck.settle(Self.store(directory)) {
        findings.append(Finding(place: directory, says: left))
      }
      let report = try StateCheck.check(path: directory, quantities: quantities(beside: directory))
      return findings
        + report.findings.filter(\.isWrong).map { Finding(place: $0.file, says: $0.text) }
    } catch {
      throw CommandError(error.description)
    }
  }

  /// The directory as a server opens it, but for the marker, which only a server writes.
  private static func store(_ directory: String) -> StateDirectory {
    StateDirectory { () throws(Errno) in try DiskFileSystem(path: directory, markerFolders: []) }
  }

  /// How many machines each profile takes, where the state lies in its data directory.
  private static func quantities(beside directory: String) -> [String: Int] {
    var catalogue = ProfileCatalogue(root: DataRoot(path: directory + "/.."))
    _ = catalogue.walk()
    var quantities: [String: Int] = [:]
    for candidate in catalogue.index.candidates { quantities[candidate.name] = candidate.quantity }
    return quantities
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
