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

@Suite("On the recorded cases, CoreOS' cloud-config")
struct CloudConfigCaseTests {
  @Test func `has all of them`() { #expect(CloudConfigCase.all.count == 163) }

  @Test(arguments: CloudConfigCase.all)
  func `is faulty where CoreOS' validator says something`(_ recorded: CloudConfigCase) {
    let findings = CloudConfigCheck.findings(recorded.input, file: "a", dialect: .coreOS)
    #expect(findings.allSatisfy { $0.severity == .note } == recorded.isFine, "\(findings)")
    let b = findings.filter { $0.severity != .note }
    print("CASE", recorded.name, recorded.lines, recorded.trueLine ?? 0, b.map { "\($0.place!.line):\($0.place!.column) \($0.severity) \($0.rule) \($0.sentence)" })
  }
}
