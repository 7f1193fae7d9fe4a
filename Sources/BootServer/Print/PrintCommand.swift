// BootServer/Print: the verb.
// SPDX-License-Identifier: Apache-2.0

import System

/// `print`.
enum PrintCommand {
  /// Refuses what cannot be known, so that it is wrong usage (status 2) that names the option.
  static func check(_ arguments: Arguments) throws(UsageError) {
    _ = try files(arguments)
  }

  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let files: [PrintedFile]
    do throws(UsageError) {
      files = try Self.files(arguments)
    } catch {
      throw CommandError(error.description)
    }
    if let directory = arguments[.printDirectory] {
      for file in files { try write(file, below: directory) }
      return .done
    }
    // One file is printed as it is; of several each stands behind a line with its name.
    for (index, file) in files.enumerated() {
      let name = files.count == 1 ? "" : (index == 0 ? "" : "\n") + "# \(file.path)\n"
      Process.writeToOutput(name + file.text)
    }
    return .done
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
      throw CommandError("cannot \(error)")
    }
    Process.writeToOutput("wrote \(path)\n")
  }
}
