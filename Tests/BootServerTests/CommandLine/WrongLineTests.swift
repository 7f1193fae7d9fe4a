// BootServerTests: wrong command lines, and what is said to them.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import TestSupport
import Testing

/// Golden/wrong-lines.txt: a line behind `$ `, and below it the answer. Blanks part the words.
@Suite("A wrong command line")
struct WrongLineTests {
  static let cases: [(line: String, answer: String)] = {
    let text = try? Repository.text("Tests/BootServerTests/Golden/wrong-lines.txt")
    let lines = (text ?? "").split(separator: "\n").map(String.init)
    return stride(from: 0, to: lines.count - 1, by: 2).map {
      (String(lines[$0].dropFirst(2)), lines[$0 + 1])
    }
  }()

  @Test(arguments: cases)
  func `is answered by one line that helps`(line: String, answer: String) {
    let words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
    do throws(UsageError) {
      _ = try Invocation(arguments: words, environment: { _ in nil })
      Issue.record("\(line) is right")
    } catch {
      #expect(error.description == answer)
    }
  }

  @Test func `is one of at least 80`() {
    #expect(Set(Self.cases.map(\.line)).count >= 80)
  }

  @Test func `ends the program with status 2, in JSON where that is asked for`() throws {
    let program = Program.built("coreos-ipxe-server")
    let plain = try Program.run(program, ["machines", "ls"])
    #expect(plain.status == 2 && plain.output.split(separator: "\n").count == 1)
    let json = try Program.run(program, ["machines", "ls", "--json"])
    #expect(
      json.output == #"{"error":"unknown verb 'ls'; did you mean 'list'?; see machines --help"}"#
        + "\n")
  }
}
