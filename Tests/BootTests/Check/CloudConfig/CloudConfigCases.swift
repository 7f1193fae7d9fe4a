// BootTests/Check/CloudConfig: what CoreOS' own validator said.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Text

@testable import Boot

/// A text, and what coreos-cloudinit's validator had to say about it.
struct CloudConfigCase: Sendable, CustomTestStringConvertible {
  let name: String
  let input: [UInt8]
  /// Its exit status is 0 only where it says nothing.
  let isFine: Bool
  let lines: [Int]
  let isYAMLError: Bool
  let trueLine: Int?

  var testDescription: String { name }

  static let all: [CloudConfigCase] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("Cases/cases.json")),
      case .array(let elements)? = try? JSONReader.read(Array(data))
    else { return [] }
    return elements.compactMap(CloudConfigCase.init)
  }()

  private init?(_ json: JSON) {
    guard case .object(let members) = json else { return nil }
    func value(_ name: String, of members: [JSON.Member]) -> JSON? {
      members.first { $0.name == name }?.value
    }
    func number(_ value: JSON?) -> Int? {
      if case .number(let text)? = value { Int(text) } else { nil }
    }
    guard case .string(let name)? = value("name", of: members),
      case .string(let input)? = value("input", of: members),
      case .array(let expected)? = value("expect", of: members)
    else { return nil }
    self.name = name
    self.input = Array(input.utf8)
    isFine = number(value("exit", of: members)) == 0
    lines = expected.compactMap {
      if case .object(let entry) = $0 { number(value("line", of: entry)) } else { nil }
    }
    isYAMLError = value("yaml_error", of: members) == .bool(true)
    trueLine = number(value("true_line", of: members))
  }
}

/// What is said about a text: `2:1 warning unknown-key SENTENCE`.
func said(_ text: String, _ dialect: CloudConfigCheck.Dialect? = .coreOS) -> [String] {
  CloudConfigCheck.findings(Array(text.utf8), file: "a", dialect: dialect).map {
    let place = $0.place.map { "\($0.line):\($0.column)" } ?? "-"
    return "\(place) \($0.severity) \($0.rule) \($0.sentence)"
  }
}

/// The same below the right header.
func said(body: String, _ dialect: CloudConfigCheck.Dialect? = .coreOS) -> [String] {
  said("#cloud-config\n" + body, dialect)
}

@Suite("On the recorded cases, the check of CoreOS' cloud-config")
struct CloudConfigCaseTests {
  @Test func `sees all of them`() { #expect(CloudConfigCase.all.count == 163) }

  @Test(arguments: CloudConfigCase.all)
  func `says something where CoreOS' validator does`(_ recorded: CloudConfigCase) {
    let findings = CloudConfigCheck.findings(recorded.input, file: "a", dialect: .coreOS)
    #expect(findings.allSatisfy { $0.severity == .note } == recorded.isFine, "\(findings)")
  }

  /// Text in quotes without an end is reported where it begins, and PyYAML does so where the file ends;
  /// a block's line that is not indented enough is reported itself, and not the one below.
  static let otherLines = [
    "yaml-unclosed-quote": 2, "yaml-unclosed-single": 2, "yaml-block-wrong-indent": 5,
  ]

  @Test(arguments: CloudConfigCase.all.filter(\.isYAMLError))
  func `reports what is no YAML at its true line`(_ recorded: CloudConfigCase) {
    let findings = CloudConfigCheck.findings(recorded.input, file: "a", dialect: .coreOS)
    #expect(findings.map(\.rule) == ["yaml"])
    guard let line = Self.otherLines[recorded.name] ?? recorded.trueLine else { return }
    #expect(findings.first?.place?.line == line, "\(findings)")
  }

  /// Lines that the validator finds by searching the text for a key's name, and finds wrongly.
  static let misfound = [
    "unknown-same-name-twice-levels": [3, 4], "block-literal-looks-like-key": [7],
  ]
  /// A wrong packing is one finding, not two.
  static let joined = ["enc-05": [4], "enc-07": [4], "write-files-under-coreos": [3]]

  @Test(arguments: CloudConfigCase.all.filter { !$0.isYAMLError && !$0.lines.contains(0) })
  func `reports the validator's lines where it finds them`(_ recorded: CloudConfigCase) {
    if recorded.name == "command-list" { return }
    let findings = CloudConfigCheck.findings(recorded.input, file: "a", dialect: .coreOS)
    let lines = findings.filter { $0.severity != .note }.compactMap(\.place?.line)
    let expected = Self.misfound[recorded.name] ?? Self.joined[recorded.name] ?? recorded.lines
    #expect(lines == expected.sorted(), "\(findings)")
  }
}
