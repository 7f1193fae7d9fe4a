// BootServer/Print: the verb.
// SPDX-License-Identifier: Apache-2.0

import System

/// `print`.
enum PrintCommand {
  /// Refuses what cannot be known, so that it is wrong usage (status 2) that names the option.
  static func check(_ arguments: Arguments) throws(UsageError) {
    try Verb.server.check(arguments)
    _ = try files(arguments)
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let files: [PrintedFile]
    do throws(UsageError) {
      files = try Self.files(arguments)
    } catch {
      throw CommandError(error.description)
    }
    for warning in files.compactMap(\.warning) { Terminal.note("warning: \(warning)") }
    if let directory = arguments[.printDirectory] {
      for file in files { try write(file, below: directory) }
      return .done
    }
    Process.writeToOutput(text(files))
    return .done
  }

  /// One file as it is; of several each stands behind a line with its name.
  static func text(_ files: [PrintedFile]) -> String {
    guard files.count > 1 else { return files.map(\.text).joined() }
    return files.map { "# \($0.path)\n\($0.text)" }.joined(separator: "\n")
  }

  private static func files(_ arguments: Arguments) throws(UsageError) -> [PrintedFile] {
    try PrintKind.named(arguments.operands).make(PrintFacts(arguments))
  }

  /// Writes a file that is not there yet.
  private static func write(_ file: PrintedFile, below directory: String) throws(CommandError) {
    let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
    let path = "\(directory)/\(name)"
    do throws(Files.Failure) {
      try Files.makeDirectory(directory)
      try Files.makeNew(path, Array(file.text.utf8), isProgram: file.isProgram)
    } catch {
      throw CommandError(
        error.error == .fileExists
          ? "\(path) is there already, and stays as it is; move it away, or name another --dir"
          : "cannot \(error)")
    }
    Process.writeToOutput("wrote \(path)\n")
  }
}
