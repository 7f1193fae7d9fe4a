// BootServer/CommandLine: the verbs about presets.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `os list` and `os show`.
enum OSCommand {
  static func list(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    if arguments.has(.json) {
      Process.writeToOutput(JSONWriter.text(.array(Preset.all.map(json)), indent: 2) + "\n")
    } else {
      Process.writeToOutput(Preset.all.map(text).joined())
    }
    return .done
  }

  static func show(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let name = arguments.operands.first ?? ""
    guard let preset = Preset.named(name) else {
      let near = Nearest.name(to: name, in: Preset.all.map(\.name)).map { "; is it \($0)?" }
      throw CommandError(
        "there is no preset \(Terminal.harmless(name))\(near ?? "; see os list")")
    }
    Process.writeToOutput(preset.profileText)
    return .done
  }

  /// A line, and below it one for each file.
  private static func text(_ preset: Preset) -> String {
    let summary = preset.summary
    var line = "\(preset.name): \(summary.folder)/"
    if !summary.arches.isEmpty { line += "  (ARCH: \(summary.arches.joined(separator: ", ")))" }
    line += "\n"
    for file in summary.files { line += "    \(file.joined(separator: " or "))\n" }
    if let answers = answers(summary) { line += "    answers: \(answers)\n" }
    return line
  }

  private static func answers(_ summary: Preset.Summary) -> String? {
    switch (summary.takesFile, summary.takesFolder) {
    case (true, true): "a file or a folder in configs/"
    case (true, false): "a file in configs/"
    case (false, true): "a folder in configs/, with user-data in it"
    case (false, false): nil
    }
  }

  private static func json(_ preset: Preset) -> JSON {
    let summary = preset.summary
    let list = { (texts: [String]) in JSON.array(texts.map { .string($0) }) }
    return .object([
      JSON.Member("name", .string(preset.name)), JSON.Member("folder", .string(summary.folder)),
      JSON.Member("arches", list(summary.arches)),
      JSON.Member("files", .array(summary.files.map(list))),
      JSON.Member("answersFile", .bool(summary.takesFile)),
      JSON.Member("answersFolder", .bool(summary.takesFolder)),
    ])
  }
}
