// BootServer/Images: whether what is there is what was fetched.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension ImagesCommand {
  /// What `images verify` found of one version.
  private struct Verdict {
    let entry: ImageShelf.Entry
    let findings: [TreeFinding]
    let told: ToldPlace

    private var mending: String? { entry.mending(findings).map(told.completed) }

    var lines: [String] {
      guard let manifest = entry.manifest else {
        return ["\(entry.place): not checked: nobody fetched it, so it has no manifest"]
      }
      if findings.isEmpty {
        return ["\(entry.place): \(manifest.files.count) files as they should be"]
      }
      let found = findings.map { "\(entry.place)/\($0.file.text) \($0.words)" }
      return found + (mending.map { ["to mend it, \($0)"] } ?? [])
    }

    var json: JSON {
      let found = findings.map { finding in
        JSON.object([
          JSON.Member("file", .string(finding.file.text)),
          JSON.Member("finding", .string(finding.words)),
        ])
      }
      return .object([
        JSON.Member("os", .string(entry.os)), JSON.Member("arch", .string(entry.arch)),
        JSON.Member("version", .string(entry.place.version)),
        JSON.Member("checked", .bool(entry.manifest != nil)),
        JSON.Member("findings", .array(found)),
        JSON.Member("mend", mending.map { .string($0) } ?? .null),
      ])
    }
  }

  static func verify(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let shelf = shelf(arguments)
    let wanted = Set(arguments.operands)
    var verdicts: [Verdict] = []
    for entry in try shelf.entries(problem: Terminal.note)
    where wanted.isEmpty || wanted.contains(entry.os) {
      let verdict = Verdict(
        entry: entry, findings: try findings(entry, shelf), told: ToldPlace(arguments))
      verdicts.append(verdict)
      guard !arguments.has(.json) else { continue }
      for line in verdict.lines { Process.writeToOutput(Terminal.harmless(line) + "\n") }
    }
    for name in wanted.sorted() where !verdicts.contains(where: { $0.entry.manifest != nil }) {
      throw CommandError(
        "there are no fetched images of \(Terminal.harmless(name)); see coreos-ipxe-server images list"
      )
    }
    if arguments.has(.json) {
      Process.writeToOutput(Terminal.json(.array(verdicts.map(\.json))) + "\n")
    }
    return verdicts.allSatisfy { $0.findings.isEmpty } ? .done : .found
  }

  private static func findings(
    _ entry: ImageShelf.Entry, _ shelf: ImageShelf
  ) throws(CommandError) -> [TreeFinding] {
    guard let manifest = entry.manifest else { return [] }
    let folder = try saying { () throws(StagingError) in try shelf.images().open(entry.place) }
    let expected = manifest.files.compactMap { name, file in
      RelativePath(name.utf8).map { ExpectedFile($0, size: file.size, sha256: file.sha256.hex) }
    }
    return TreeHash.verify(folder, against: expected, ignoring: [ImageManifest.fileName])
  }
}
