// BootServerTests: commands that a command tells a person to type.
// SPDX-License-Identifier: Apache-2.0

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
