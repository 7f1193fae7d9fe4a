// BootTests/Check/CloudConfig: the table of CoreOS' keys.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Text

@testable import Boot

@Suite("The table of CoreOS' keys")
struct CoreOSSchemaTests {
  /// `coreos.units[].name text`, as the facts beside the cases have them.
  static func facts(_ json: JSON, _ path: String) -> [String] {
    guard case .object(let members) = json else { return [] }
    return members.flatMap { member -> [String] in
      guard case .object(let facts) = member.value else { return [] }
      var line = path + member.name
      var below: [String] = []
      for fact in facts {
        switch (fact.name, fact.value) {
        case ("type", .string(let type)): line += " " + type
        case ("deprecated", _): line += " deprecated"
        case ("checked", _): line += " checked"
        case ("values", .array(let values)):
          line +=
            " checked" + values.map { if case .string(let t) = $0 { " " + t } else { "" } }.joined()
        case ("keys", let keys): below = Self.facts(keys, path + member.name + ".")
        default: break
        }
      }
      return [line] + below
    }
  }

  static func words(_ kind: CoreOSKind) -> String {
    switch kind {
    case .text, .checked(.path), .checked(.discovery): "string"
    case .checked(.oneOf(let values)): "string checked " + values.joined(separator: " ")
    case .checked(.encoding): "string checked " + CoreOSEncoding.names.joined(separator: " ")
    case .checked: "string checked"
    case .bool: "bool"
    case .int: "int"
    case .float: "float64"
    case .texts: "[]string"
    case .mapping: "struct"
    case .list: "[]struct"
    case .deprecated(let kind, _):
      words(kind).replacing(/^\S+/) { "\($0.output) deprecated" }
    }
  }

  static func facts(_ level: CoreOSLevel, _ path: String) -> [String] {
    level.names.flatMap { name -> [String] in
      guard let kind = level[name] else { return [] }
      return ["\(path)\(name) \(words(kind))"]
        + (kind.level.map { facts($0, "\(path)\(name).") } ?? [])
    }
  }

  @Test func `is what was found out about coreos-cloudinit`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Cases/keys.json"))
    let facts = Self.facts(try JSONReader.read(Array(data)), "")
    #expect(facts.count == 178)
    #expect(Self.facts(CoreOSSchema.top, "") == facts)
  }
}
