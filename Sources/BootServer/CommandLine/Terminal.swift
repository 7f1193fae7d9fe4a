// BootServer/CommandLine: what may reach a terminal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// Text of a server or a machine, made fit for a terminal.
enum Terminal {
  /// What a terminal would take for a command, or that turns the text around, is shown as `?`.
  static func harmless(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { BootIdentity.isPrintable($0) ? $0 : "?" }))
  }

  /// JSON that reads back as the same value: such characters are escapes.
  static func json(_ value: JSON) -> String {
    var result = ""
    for scalar in JSONWriter.text(value).unicodeScalars {
      if BootIdentity.isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }

  /// A line on standard error.
  static func note(_ line: String) { write("coreos-ipxe-server: \(harmless(line))\n") }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      guard let wrote = try? StandardStream.writeToError(bytes, from: done) else { return }
      done += wrote
    }
  }

  /// Why a verb failed: a line for people, or with `--json` an object with the key `error`, and
  /// with `status` where the server answered one.
  static func complain(_ line: String, answer: Int? = nil, json: Bool) {
    guard json else { return note(line) }
    var members = [JSON.Member("error", .string(line))]
    if let answer { members.append(JSON.Member("status", .number(String(answer)))) }
    write(self.json(.object(members)) + "\n")
  }

  /// Asks a person; anything but `y` or `yes` is no, and so is the end of input.
  static func confirms(_ sentence: String) -> Bool {
    write("\(harmless(sentence)). Go on? [y/N] ")
    let answer = readLine()
    // Nobody has typed the end of the line.
    if answer == nil { write("\n") }
    return ["y", "yes"].contains((answer ?? "").lowercased())
  }

  /// How wide the table for standard output may be; `nil` into a pipe or a file.
  static func width(environment: (String) -> String? = Process.environment) -> Int? {
    guard StandardStream.outputIsTerminal else { return nil }
    if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    return StandardStream.outputColumns ?? 80
  }
}
