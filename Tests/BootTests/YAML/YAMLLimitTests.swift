// BootTests/YAML: texts that are made to be slow or deep.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Boot

@Suite("A hostile text in YAML")
struct YAMLLimitTests {
  @Test(arguments: ["[", "{a: ", "- ", "? ", "[? ", "[a: "])
  func `cannot be nested without end`(opening: String) {
    let text = String(repeating: opening, count: 1_000_000 / opening.utf8.count)
    #expect(throws: YAMLError.self) { try YAMLReader.events(Array(text.utf8)) }
    #expect(YAMLNotation.read(text).hasSuffix("nested deeper than 1000"))
  }

  @Test func `may be nested as deep as the limit`() throws {
    let flow = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    #expect(try YAMLReader.events(Array(flow.utf8)).count == 4 + 2 * 1000)
    #expect(YAMLNotation.read("[\(flow)]").hasSuffix("nested deeper than 1000"))
    let block = String(repeating: "- ", count: 1000) + "a"
    #expect(try YAMLDocument.read(Array(block.utf8)).count == 1)
    #expect(YAMLNotation.read("- \(block)").hasSuffix("nested deeper than 1000"))
    let keys = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(try YAMLDocument.read(Array(keys.utf8)).count == 1)
  }

  @Test func `has keys of at most 1024 characters`() {
    let key = String(repeating: "ä", count: 1024)
    #expect(YAMLNotation.read("\(key): b\n").hasPrefix("+DOC\n+MAP"))
    #expect(YAMLNotation.read("[\(key): b]\n").hasPrefix("+DOC\n+SEQ []\n+MAP {}"))
    let sentence = "line 1, column 1: a key is longer than 1024 characters"
    #expect(YAMLNotation.read("\(key)a: b\n") == sentence)
    #expect(YAMLNotation.read("? \(key)a\n: b\n").hasPrefix("+DOC\n+MAP"))
    #expect(YAMLNotation.read("{\(key)a: b}\n").hasPrefix("+DOC\n+MAP {}"))
  }

  /// What is repeated; `@` is the count.
  static let shapes = [
    "[a: b, c], ", "- a\n", "? a\n", "a ", "\n", " ", "\t", "'", "\"a\\n\"\n", "#\n", "---\n",
    "a\n---\n",
    "- &a@ b\n", "k@:\n\n\n\n", "- |\n\n\n\n", "- a\n\n\n\n  b\n", "[[[[a]:b]:b]:b]: c, ", ":",
    "::", "日", "- é\n",
    "- 'a\n\n  b'\n", "{a", "&a", "!a", "%a ", "\"\\\n", "a: b\r", "- [\n", "> \n", ">\n a\n  b\n",
    "[]", "*a ", "...\n",
    "\u{7f}", "'\u{7f}',", "- \"\u{7f}\"\n",
  ]

  /// What stands in front.
  static let openings = ["", "a: ", "[", "{", "\"", "- |\n "]

  /// Processor time of this thread; eight times the text may take eight times as long, and not 64.
  @Test(arguments: shapes, testsAreStrict ? openings : ["["])
  func `takes time as its length`(shape: String, opening: String) {
    func bytes(_ count: Int) -> [UInt8] {
      var text = opening
      for index in 0..<count { text += shape.replacing("@", with: "\(index)") }
      return Array(text.utf8)
    }
    func seconds(_ bytes: [UInt8]) -> Double {
      processorSeconds { _ = try? YAMLDocument.read(bytes, schema: .pyYAML) }
    }
    let (short, long) = (seconds(bytes(500)), seconds(bytes(4000)))
    #expect(long < 24 * max(short, 0.000_1), "\(short) \(long)")
  }
}
