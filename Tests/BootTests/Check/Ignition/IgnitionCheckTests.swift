// BootTests: Ignition configs, as ignition-validate took them.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Text

@testable import Boot

@Suite("An Ignition config")
struct IgnitionCheckTests {
  struct Case: Decodable {
    let name: String
    let input: String
    let exit: Int
    let stdout: String
    let stderr: String

    /// Whether the tool has something to say.
    var isTold: Bool { !stdout.isEmpty || !stderr.isEmpty }
  }

  static func cases(_ file: String) throws -> [Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Cases/\(file)"))
    return try JSONDecoder().decode([Case].self, from: data)
  }

  static func findings(_ text: String, major: Int? = nil) -> [Finding] {
    IgnitionCheck.findings(Array(text.utf8), file: "configs/a.ign", major: major)
  }

  /// Recorded answers of v2.26 (specification 3) and v0.35 (2).
  @Test(arguments: [("cases.json", 3), ("cases-spec2.json", 2)])
  func `is refused, warned of or fine as the real tool has it`(file: String, major: Int) throws {
    for item in try Self.cases(file) {
      let found = Self.findings(item.input, major: major)
      let isRefused = found.contains { $0.severity == .error }
      #expect(isRefused == (item.exit != 0), "\(item.name): \(found)")
      #expect(found.isEmpty == !item.isTold, "\(item.name): \(found)")
    }
  }

  static let front = #"{"ignition": {"version": "3.3.0"}, "#

  @Test(arguments: [
    (#""storage": {"flies": []}}"#, 1, 48, "no key is \"flies\" here; did you mean \"files\"?"),
    (
      #""storage": {"files": [{"path": "/a", "mode": 644}]}}"#, 1, 81,
      "644 is decimal here, which is 1204 in octal; for 0644 write 420"
    ),
    (
      #""storage": {"files": [{"path": "/a", "mode": "0644"}]}}"#, 1, 81,
      "mode must be a number, and JSON has no octal ones; for 0644 write 420"
    ),
    (
      "\n\"storage\": {\"files\": [{\"path\": \"/ä\"}, {\"path\": \"b\"}]}}", 2, 48,
      "the path \"b\" must begin with a slash"
    ),
    (
      #""storage": {"files": [{"path": "/a"}, {"path": "/a"}]}}"#, 1, 83,
      "the path \"/a\" is there already; keep one of them"
    ),
    (
      #""storage": {"files": [{"path": "/a", "contents": {"source": "data:,%zz"}}]}}"#, 1, 96,
      "two hexadecimal digits must follow % in a data: URL; write %25 for a percent sign"
    ),
    (
      #""systemd": {"units": [{"name": "a", "contents": "x"}]}}"#, 1, 67,
      "a unit's name ends in .service, .socket, .timer or the like, and this is \"a\""
    ),
    (
      #""systemd": {"units": {}}}"#, 1, 57, "\"units\" must be a list in brackets, and is an object"
    ),
  ])
  func `is told of at its place`(rest: String, line: Int, column: Int, sentence: String) {
    let found = Self.findings(Self.front + rest)
    #expect(found.map(\.sentence) == [sentence])
    #expect(found.first?.place == FilePlace(line: line, column: column))
  }

  @Test(arguments: [
    ("#cloud-config\nhostname: a\n", "this is a cloud-config"), ("#!/bin/sh\n", "this is a script"),
    ("variant: fcos\nversion: 1.5.0\n", "this is Butane"), ("[]", "a config is an object"),
    (#"{"ignition": {"version": "3.7.0-experimental"}}"#, "is not read here"),
    (#"{"ignition": {"version": "3.6.0-experimental"}}"#, "not checked: the version"),
  ])
  func `of another kind is named as that`(text: String, sentence: String) {
    let found = Self.findings(text)
    #expect(found.count == 1 && found[0].sentence.contains(sentence), "\(found)")
  }

  @Test func `of any bytes is looked at without harm`() throws {
    var random = SystemRandomNumberGenerator()
    for item in try Self.cases("cases.json") + Self.cases("cases-spec2.json") {
      for _ in 0..<20 {
        var bytes = Array(item.input.utf8)
        if bytes.isEmpty { continue }
        for _ in 0..<3 {
          bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255)
        }
        for finding in IgnitionCheck.findings(bytes, file: "f") {
          #expect(!finding.sentence.contains("\n"))
        }
      }
    }
  }
}
