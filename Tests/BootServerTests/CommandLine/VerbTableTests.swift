// BootServerTests: the rows of the command line.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("The table of verbs")
struct VerbTableTests {
  static func file(_ verb: Verb) -> String {
    (verb.words.isEmpty ? ["server"] : verb.words).joined(separator: "-") + ".txt"
  }

  /// `Tests/BootServerTests/Golden/help/WORDS.txt` is what `WORDS --help` prints.
  @Test(arguments: Verb.table.map(\.name))
  func `makes the help of`(name: String) throws {
    let verb = try #require(Verb.table.first { $0.name == name })
    let wanted = try Repository.text("Tests/BootServerTests/Golden/help/" + Self.file(verb))
    guard
      case .print(let text) = try Invocation(
        arguments: verb.words + ["--help"], environment: { _ in nil })
    else {
      Issue.record("no help")
      return
    }
    #expect(text == wanted)
    for line in text.split(separator: "\n") { #expect(line.count <= 90, "\(line)") }
    for line in verb.help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func `has help for no other`() throws {
    let place = Repository.root + "/Tests/BootServerTests/Golden/help"
    let files = try FileManager.default.contentsOfDirectory(atPath: place)
    #expect(files.sorted() == Verb.table.map(Self.file).sorted())
  }

  @Test(arguments: Verb.table.flatMap { verb in verb.examples.map { (verb.name, $0) } })
  func `has examples that are lines of the verb`(name: String, example: String) throws {
    let line = example.prefix { $0 != "|" }.split(separator: " ").map(String.init)
    guard case .run(let arguments) = try Invocation(arguments: line, environment: { _ in nil })
    else {
      Issue.record("\(example) prints help")
      return
    }
    #expect(arguments.verb.name.hasPrefix(name))
  }

  @Test func `has every verb once, under a group that says what it is`() {
    let names = Verb.table.map(\.name)
    #expect(Set(names).count == names.count)
    for verb in Verb.table {
      for count in verb.words.indices {
        #expect(names.contains(verb.words[..<count].joined(separator: " ")), "\(verb.name)")
      }
      #expect(!verb.meaning.isEmpty && !verb.help.isEmpty && !verb.examples.isEmpty)
      #expect(verb.run != nil || !verb.members.isEmpty)
      // Behind one that may be left out all may, and only the last one comes again.
      let behind = verb.operands.drop { $0.count == .one }.dropLast()
      #expect(behind.allSatisfy { $0.count == .optional }, "\(verb.name)")
    }
  }

  @Test func `has options that are the same for every verb`() {
    var known: [String: Option] = [:]
    for option in Verb.table.flatMap(\.allOptions) {
      let same = known[option.usage] ?? option
      #expect(
        same.usage == option.usage && same.variable == option.variable
          && same.meaning == option.meaning)
      #expect(option.takesValue || option.variable == nil || option.standard == "no")
      known[option.usage] = option
    }
  }

  @Test(arguments: Verb.table.map(\.name))
  func `refuses what is not in the row`(name: String) {
    let words = name.split(separator: " ").map(String.init)
    #expect(CommandLineTests.parse(words + ["--zzzzz"]).hasPrefix("unknown option '--zzzzz'; see "))
  }
}
