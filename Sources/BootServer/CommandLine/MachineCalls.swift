// BootServer/CommandLine: requests about machines that a person named.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// The machine API, by the names that people use.
struct MachineCalls {
  /// The shortest part of an ID that may stand for it.
  static let minPrefix = 4

  let client: APIClient
  /// Whether the first part of an ID is enough.
  let takesParts: Bool

  init(_ arguments: Arguments) throws(CommandError) {
    client = try APIClient(arguments)
    takesParts = !arguments.has(.yes)
  }

  /// Asks about one machine; what the server does not know may be the first part of an ID.
  func call(
    _ method: String, _ name: String, _ suffix: String = "", body: JSON? = nil
  ) throws(CommandError) -> [UInt8] {
    do throws(CommandError) {
      return try client.call(method, Self.path(name) + suffix, body: body)
    } catch {
      guard error.answer == 404, takesParts, name.count >= Self.minPrefix,
        let id = try whole(name)
      else { throw error }
      return try client.call(method, Self.path(id) + suffix, body: body)
    }
  }

  /// The same, and its answer is JSON.
  func read(
    _ method: String, _ name: String, _ suffix: String = "", body: JSON? = nil
  ) throws(CommandError) -> JSON {
    try APIClient.json(try call(method, name, suffix, body: body))
  }

  /// The one ID that begins so; `nil`: none does, or the server does not say.
  private func whole(_ part: String) throws(CommandError) -> String? {
    guard let machines = try? client.read("GET", "/machines").elements else { return nil }
    let ids = machines.map { $0["id"].plain }.filter {
      $0.lowercased().hasPrefix(part.lowercased())
    }
    guard ids.count > 1 else { return ids.first }
    let some = ids.prefix(3).joined(separator: ", ") + (ids.count > 3 ? ", ..." : "")
    throw CommandError("\(ids.count) machines have IDs that begin with '\(part)': \(some)")
  }

  /// Every byte of a name that is not plain is escaped, slashes too.
  static func path(_ name: String) -> String {
    "/machines/" + String(decoding: PercentCoding.encodedSegment(name.utf8), as: UTF8.self)
  }

  /// Does the same with each machine that is named, and goes on where one fails.
  ///
  /// With `--json` one name gives its answer, several an array.
  static func each(
    _ arguments: Arguments, text: (String, JSON) -> String,
    _ act: (String) throws(CommandError) -> JSON?
  ) throws(CommandError) -> ExitCode {
    let names = arguments.operands
    guard names.count > 1 else {
      guard let answer = try act(names[0]) else { return .failed }
      if answer != .null || !arguments.has(.json) {
        Process.writeToOutput(
          arguments.has(.json) ? Terminal.json(answer) + "\n" : text(names[0], answer))
      }
      return .done
    }
    var answers: [JSON] = []
    var status = ExitCode.done
    for name in names {
      do throws(CommandError) {
        guard let answer = try act(name) else {
          status = .failed
          continue
        }
        if answer != .null { answers.append(answer) }
        if !arguments.has(.json) { Process.writeToOutput(text(name, answer)) }
      } catch {
        Terminal.complain(error.description, answer: error.answer, json: arguments.has(.json))
        status = .failed
      }
    }
    if arguments.has(.json) { Process.writeToOutput(Terminal.json(.array(answers)) + "\n") }
    return status
  }
}
