// BootServer/CommandLine: checking a state directory without a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `machines verify`.
enum VerifyCommand {
  /// Looks through a state directory and, with `settle`, puts its journals into files.
  typealias Check =
    @Sendable (_ directory: String, _ data: String, _ settle: Bool) throws(CommandError) ->
    [StateFinding]

  static let check: Check = { (directory, data, settles) throws(CommandError) in
    do throws(StoreError) {
      var findings: [StateFinding] = []
      if settles, let left = try StateCheck.settle(Self.store(directory)) {
        findings.append(StateFinding(place: directory, says: left))
      }
      let report = try StateCheck.check(path: directory, quantities: quantities(of: data))
      return findings
        + report.findings.filter(\.isWrong).map { StateFinding(place: $0.file, says: $0.text) }
    } catch {
      // Nothing in it is touched, and that is a finding like any other.
      if case .newerFormat = error {
        return [StateFinding(place: directory, says: error.description)]
      }
      throw CommandError(error.description)
    }
  }

  /// The directory as a server opens it, but for the marker, which only a server writes.
  private static func store(_ directory: String) -> StateDirectory {
    StateDirectory { () throws(Errno) in try DiskFileSystem(path: directory, markerFolders: []) }
  }

  /// How many machines each profile takes.
  private static func quantities(of data: String) -> [String: Int] {
    var catalogue = ProfileCatalogue(root: DataRoot(path: data))
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
    let findings = try check(directory, data(of: directory, arguments), arguments.has(.settle))
    print(arguments.has(.json) ? json(findings) : text(findings, directory))
    return findings.isEmpty ? .done : .found
  }

  /// The data directory that is named, else the one that the state lies in, else the one that a server has
  /// where it is not told another.
  private static func data(of directory: String, _ arguments: Arguments) -> String {
    let parent = directory + "/.."
    let isData = (try? FileStatus.of(path: parent + "/profiles"))?.kind == .directory
    return !arguments.has(.dataDirectory) && isData
      ? parent : arguments.configuration.dataDirectory
  }

  private static func text(_ findings: [StateFinding], _ directory: String) -> String {
    if findings.isEmpty { return Terminal.harmless("\(directory): all is well") + "\n" }
    return findings.map { Terminal.harmless("\($0.place): \($0.says)") + "\n" }.joined()
  }

  private static func json(_ findings: [StateFinding]) -> String {
    let list = findings.map { finding in
      JSON.object([
        JSON.Member("place", .string(finding.place)), JSON.Member("says", .string(finding.says)),
      ])
    }
    return Terminal.json(.array(list)) + "\n"
  }
}
