// BootServerTests: every command line in the docs.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A command line in the docs")
struct DocsCommandTests {
  private static let program = "coreos-ipxe-server"

  /// What stands behind the program's name, of every line of commands that begins with it.
  static var lines: [String] {
    get throws {
      var found: [String] = []
      for line in try DocsBlock.pages.flatMap({ try DocsBlock.commands(of: $0) }) {
        var rest = line[...]
        for front in ["sudo ", "swift run "] where rest.hasPrefix(front) {
          rest = rest.dropFirst(front.count)
        }
        if rest.hasPrefix(program + " ") { found.append(String(rest.dropFirst(program.count + 1))) }
      }
      return found
    }
  }

  /// As a shell splits them, up to a pipe, a redirection or a comment.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if "\"'".contains(character) {
        (quote, word) = (character, word ?? "")
      } else if " |>#&;".contains(character) {
        if let done = word { words.append(done) }
        word = nil
        if character != " " { break }
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  @Test func `is one that the program takes`() throws {
    let lines = try Self.lines
    #expect(lines.count > 60)
    for line in lines {
      let words = Self.words(line)
      do throws(UsageError) {
        _ = try Invocation(arguments: words, environment: { _ in nil })
      } catch {
        // A network card or file of the reader's need not be here; the kind must be known.
        let isOfHost =
          words.first == "print" && !"\(error)".hasPrefix("unknown")
          && PrintKind.table.contains { $0.name == words.dropFirst().first }
        #expect(isOfHost, "\(line): \(error)")
      }
    }
  }
}
