// BootServer/CommandLine: a copy of the server's state.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// `machines backup`.
enum BackupCommand {
  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let client = try APIClient(arguments)
    let path = arguments.operands[0]
    if path == "-" {
      try copy(client, to: "standard output", StandardStream.writeToOutput)
    } else {
      try save(client, path, asJSON: arguments.has(.json))
    }
    return .done
  }

  private static func save(_ client: APIClient, _ path: String, asJSON: Bool) throws(CommandError) {
    let file: PrivateFile
    do throws(Errno) {
      // Whoever interrupts this finds no part of a file.
      Process.holdSignals()
      file = try PrivateFile(for: path)
      try Thread.spawn("signals") {
        _ = Process.waitForSignal()
        file.discard()
        Terminal.note("interrupted; \(path) is as it was")
        Process.exit(ExitCode.failed.rawValue)
      }
    } catch {
      throw CommandError(
        error == .fileExists
          ? "\(path) is there and is no plain file; name another, or - for standard output"
          : "cannot write beside \(path): \(error)")
    }
    do throws(CommandError) {
      let count = try copy(client, to: path, file.write)
      do throws(Errno) {
        try file.finish()
      } catch {
        throw CommandError("cannot write \(path): \(error)")
      }
      let said: JSON = .object([.init("file", .string(path)), .init("bytes", .number("\(count)"))])
      Process.writeToOutput(
        asJSON
          ? Terminal.json(said) + "\n" : "\(Terminal.harmless(path)): \(count) bytes\n")
    } catch {
      file.discard()
      throw error
    }
  }

  /// - Returns: how many bytes there were.
  @discardableResult
  private static func copy(
    _ client: APIClient, to name: String, _ write: ([UInt8]) throws(Errno) -> Void
  ) throws(CommandError) -> Int {
    var count = 0
    var failure: Errno?
    try client.download("/state/backup") { piece in
      do throws(Errno) {
        try write(Array(piece))
        count += piece.count
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw CommandError("cannot write \(name): \(failure)") }
    return count
  }
}
