// BootTests/YAML: the cases of a public suite, where they are at hand.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

/// yaml-test-suite, data-2022-01-17, beside the repository.
enum YAMLSuite {
  struct Case: Sendable {
    let id: String
    let yaml: [UInt8]
    /// The documents as JSON; `nil` where the suite has none.
    let json: [JSON]?
  }

  static let folder = Repository.root + "/../shared/yaml-cases/"
  static let isThere = FileManager.default.fileExists(atPath: folder)

  static func cases(_ name: String) throws -> [Case] {
    let text = try Data(contentsOf: URL(fileURLWithPath: folder + name))
    guard case .array(let cases) = try JSONReader.read(Array(text)) else { return [] }
    return cases.compactMap { element in
      guard case .string(let id)? = member("id", of: element),
        case .string(let yaml)? = member("yaml", of: element)
      else { return nil }
      var json: [JSON]?
      if case .array(let documents)? = member("json", of: element) { json = documents }
      return Case(id: id, yaml: Array(yaml.utf8), json: json)
    }
  }

  private static func member(_ name: String, of value: JSON) -> JSON? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.name == name }?.value
  }
}

@Suite(
  "The public suite of YAML 1.2", .needs(Needs(asked: YAMLSuite.isThere, "../shared/yaml-cases")))
struct YAMLSuiteTests {
  /// Cases that are answered otherwise than the suite has it, and why. One that is listed here and
  /// answered as the suite has it is an error, too.
  static let known: [String: String] = [:]

  /// Whether a tree is what a JSON value says; numbers are compared as numbers.
  static func matches(_ node: YAMLNode, _ json: JSON) -> Bool {
    switch (node.content, json) {
    case (.sequence(let nodes), .array(let elements)):
      return nodes.count == elements.count && zip(nodes, elements).allSatisfy(matches)
    case (.mapping(let pairs), .object(let members)):
      return pairs.count == members.count
        && zip(pairs, members).allSatisfy { pair, member in
          guard case .scalar(member.name, _) = pair.key.content else { return false }
          return matches(pair.value, member.value)
        }
    case (.scalar, _): break
    default: return false
    }
    switch (node.value(in: .core), json) {
    case (.null, .null): return true
    case (.bool(let bool), .bool(let expected)): return bool == expected
    case (.string(let text), .string(let expected)):
      return Array(text.utf8) == Array(expected.utf8)
    case (.int(let number), .number(let text)): return String(number) == text
    case (.float(let number), .number(let text)): return Double(text) == number
    default: return false
    }
  }

  @Test func `reads what is valid, to the values that the suite has`() throws {
    let cases = try YAMLSuite.cases("valid.json")
    #expect(cases.count == 134)
    for one in cases {
      let text = String(decoding: one.yaml, as: UTF8.self)
      var isRight = false
      do throws(YAMLError) {
        let documents = try YAMLDocument.read(one.yaml)
        isRight =
          one.json.map { json in
            json.count == documents.count
              && zip(documents, json).allSatisfy { Self.matches($0.root, $1) }
          } ?? true
      } catch {
        #expect(Self.known[one.id] != nil, "\(one.id) is refused: \(error): \(text)")
      }
      #expect(
        isRight == (Self.known[one.id] == nil), "\(one.id): \(text)\n\(YAMLNotation.read(text))")
    }
  }

  @Test func `refuses what is not`() throws {
    let cases = try YAMLSuite.cases("invalid.json")
    #expect(cases.count == 47)
    for one in cases {
      let isRefused: Bool
      do throws(YAMLError) {
        _ = try YAMLReader.events(one.yaml)
        isRefused = false
      } catch {
        isRefused = true
        let lines = one.yaml.count { $0 == 0x0a } + 1
        #expect((1...lines).contains(error.line) && error.column >= 1, "\(one.id)")
      }
      let text = String(decoding: one.yaml, as: UTF8.self)
      #expect(isRefused == (Self.known[one.id] == nil), "\(one.id): \(text)")
    }
  }

  /// Cases without JSON: what their events are by the specification, without the scalars' text.
  @Test(arguments: [
    (
      "9MMW",
      "+SEQ/+SEQ []/+MAP {}/=VAL/=VAL/-MAP/-SEQ/+SEQ []/+MAP {}/=VAL/=VAL/-MAP/-SEQ"
        + "/+SEQ []/+MAP {}/+MAP {}/=VAL/=VAL/-MAP/=VAL/-MAP/-SEQ/-SEQ"
    ),
    ("SM9W/01", "+MAP/=VAL/=VAL/-MAP"),
  ])
  func `reads to these events`(id: String, events: String) throws {
    let one = try #require(try YAMLSuite.cases("valid.json").first { $0.id == id })
    let read = YAMLNotation.read(String(decoding: one.yaml, as: UTF8.self))
    #expect(
      read.split(separator: "\n").map { $0.hasPrefix("=VAL") ? "=VAL" : String($0) }
        == ["+DOC"] + events.split(separator: "/").map(String.init) + ["-DOC"])
  }
}
