// BootTests/Check/Ignition: the answers of Ignition's own validator.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Testing
import Text

/// An input, and what `ignition-validate` said about it.
struct IgnitionCase: CustomTestStringConvertible, Sendable {
  let name: String
  let input: [UInt8]
  /// Not 0 where there is an error.
  let exit: Int
  let says: Bool

  var testDescription: String { name }

  /// `cases.json`: Ignition 2.26; `cases-spec2.json`: 0.35.
  static func read(_ file: String) throws -> [IgnitionCase] {
    let text = try Repository.text("Tests/BootTests/Check/Ignition/Cases/" + file)
    guard case .array(let cases) = try JSONReader.read(Array(text.utf8)) else { return [] }
    return cases.compactMap { one in
      guard case .object(let members) = one else { return nil }
      var texts: [String: String] = [:]
      for member in members {
        switch member.value {
        case .string(let text), .number(let text): texts[member.name] = text
        case .null, .bool, .array, .object: break
        }
      }
      guard let name = texts["name"], let input = texts["input"],
        let exit = texts["exit"].flatMap({ Int($0) })
      else { return nil }
      return IgnitionCase(
        name: name, input: Array(input.utf8), exit: exit,
        says: texts["stdout"] != "" || texts["stderr"] != "")
    }
  }
}

@Suite("Beside ignition-validate, the check of Ignition configs")
struct IgnitionCaseTests {
  @Test(arguments: [
    ("cases.json", 3, 36), ("cases-spec2.json", 2, 22),
  ])
  func `says something, and an error, of the same configs`(
    file: String, major: Int, count: Int
  ) throws {
    let cases = try IgnitionCase.read(file)
    #expect(cases.count == count)
    for one in cases {
      let findings = IgnitionCheck.findings(one.input, file: "configs/a.ign", major: major)
        .filter { $0.severity != .note }
      #expect(!findings.isEmpty == one.says, "\(one.name): \(findings)")
      #expect(
        findings.contains { $0.severity == .error } == (one.exit != 0), "\(one.name): \(findings)")
    }
  }

  @Test func `takes either generation where the reader is not known`() throws {
    var different: [String] = []
    for one in try IgnitionCase.read("cases.json") + IgnitionCase.read("cases-spec2.json") {
      let findings = IgnitionCheck.findings(one.input, file: "configs/a.ign")
      if findings.contains(where: { $0.severity == .error }) != (one.exit != 0) {
        different.append(one.name)
      }
    }
    #expect(different == ["spec-2.2", "spec-1", "v2-spec-3"])
  }

  @Test func `has each finding on one line, without a full stop, at a place`() throws {
    for one in try IgnitionCase.read("cases.json") + IgnitionCase.read("cases-spec2.json") {
      for finding in IgnitionCheck.findings(one.input, file: "configs/a.ign") {
        #expect(finding.file == "configs/a.ign")
        #expect(finding.place != nil || one.input.isEmpty)
        #expect(
          !finding.sentence.hasSuffix(".") && LogText.oneLine(finding.sentence) == finding.sentence)
        #expect(finding.rule.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d })
      }
    }
  }
}
