// BootServerTests: commands that a command tells a person to type.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("A command that another one prints")
struct ToldPlaceTests {
  private static func completed(_ words: [String], _ text: String) throws -> String {
    guard case .run(let arguments) = try Invocation(arguments: words, environment: { _ in nil })
    else {
      Issue.record("\(words) is not run")
      return ""
    }
    return ToldPlace(arguments).completed(text)
  }

  @Test(arguments: [
    (["doctor"], "coreos-ipxe-server explain n1"),
    (
      ["doctor", "--data-dir", "/srv/my boot"],
      "coreos-ipxe-server --data-dir '/srv/my boot' explain n1"
    ),
    (
      ["doctor", "--data-dir", "/d", "--state-dir", "/s"],
      "coreos-ipxe-server --data-dir /d --state-dir /s explain n1"
    ),
    (["doctor", "--server", "http://b:4777"], "coreos-ipxe-server explain n1"),
  ])
  func `looks where that one was told to look`(words: [String], command: String) throws {
    let text = "say coreos-ipxe-server explain n1, and look"
    #expect(try Self.completed(words, text) == "say \(command), and look")
  }

  @Test func `of images names the data directory alone, which is all that they take`() throws {
    let words = ["images", "list", "--data-dir", "/d", "--state-dir", "/s"]
    #expect(
      try Self.completed(words, "say: coreos-ipxe-server images fetch flatcar")
        == "say: coreos-ipxe-server --data-dir /d images fetch flatcar")
    _ = try Invocation(
      arguments: ["--data-dir", "/d", "images", "fetch", "flatcar"], environment: { _ in nil })
  }

  @Test(.needs(.curl)) func `stands below the list of machines, and in errors`() throws {
    let fake = try FakeServer([
      "GET /machines": #"[{"id":"a","state":"configured"}]"#, "GET /state": #"{"careful":"x"}"#,
      "GET /doubts": #"[{"old":"o","new":"n","shares":[],"command":"c"}]"#,
    ])
    let place = fake.directory.path
    func run(_ words: [String]) throws -> String {
      try Program.run(
        Program.built("coreos-ipxe-server"), words + ["--data-dir", place], directory: "/"
      ).output
    }
    let command = "coreos-ipxe-server --data-dir \(place)"
    let list = try run(["machines", "list"])
    #expect(list.contains("; see \(command) machines doubts\n"), "\(list)")
    #expect(list.contains("the right one: \(command) machines trust-state\n"), "\(list)")
    let doubts = try run(["machines", "doubts"])
    #expect(doubts.contains("another machine: \(command) machines claim NEW"), "\(doubts)")
    let none = try run(["images", "remove", "flatcar", "1"])
    #expect(none.contains("; \(command) images list shows what is there\n"), "\(none)")
  }

  @Test func `of machines asks the same server`() throws {
    let words = ["doctor", "--server", "http://b:4777", "--token-file", "/t"]
    #expect(
      try Self.completed(words, "coreos-ipxe-server machines show n1")
        == "coreos-ipxe-server --server http://b:4777 --token-file /t machines show n1")
    // It is one that the program takes.
    _ = try Invocation(
      arguments: words.dropFirst() + ["machines", "show", "n1"], environment: { _ in nil })
  }
}
