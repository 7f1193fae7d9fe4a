// BootTests/Check/Ignition: what nobody writes by accident.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Testing
import Text

@Suite("A hostile Ignition config")
struct IgnitionHostileTests {
  private func findings(_ text: String) -> [Finding] {
    IgnitionCheck.findings(Array(text.utf8), file: "a.ign")
  }

  @Test func `is as harmless as it is deep`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(findings(deep).map(\.rule) == ["json"])
    let nested = String(repeating: "[", count: 990) + String(repeating: "]", count: 990)
    #expect(
      findings("{\"ignition\":{\"version\":\"3.4.0\"},\"a\":\(nested)}").map(\.rule) == [
        "unknown-key"
      ])
  }

  @Test func `brings no line end and no terminal's command into a sentence`() throws {
    let name = #"a\n\u001b[31m\u202e\u2028\u0085"#
    let all = findings(
      "{\"ignition\":{\"version\":\"3.4.0\"},\"\(name)\":1,\"systemd\":{\"units\":[{\"name\":\"\(name)\"}]}}"
    )
    #expect(all.map(\.rule) == ["unknown-key", "bad-value"])
    for finding in all {
      #expect(
        finding.sentence.unicodeScalars.allSatisfy {
          !ControlCharacters.contains($0) && !ControlCharacters.turnsText($0)
        })
    }
  }

  @Test func `has long names cut`() {
    let long = String(repeating: "x", count: 1_000_000)
    let all = findings(
      "{\"ignition\":{\"version\":\"3.4.0\"},\"\(long)\":1,\"systemd\":{\"units\":[{\"name\":\"\(long)\"}]}}"
    )
    #expect(all.count == 2 && all.allSatisfy { $0.sentence.utf8.count < 400 })
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      (#""u":1,"#, ""), ("", #"{"path":"/a"},"#), ("", #"{"path":"/c","mode":"x"},"#),
    ])
  func `takes time as it is long`(member: String, file: String) {
    let members = (0..<30_000).map { _ in member }.joined()
    let files = (0..<30_000).map { _ in file }.joined()
    let text =
      "{\"ignition\":{\"version\":\"3.4.0\"},\(members)\"storage\":{\"files\":[\(files){\"path\":\"/b\"}]}}"
    #expect(!findings(text).isEmpty)
  }

  @Test(.timeLimit(.minutes(1)))
  func `may have long paths below long links`() {
    let path = String(repeating: "/a", count: 2000)
    let links = (0..<300).map { "{\"path\":\"\(path)/l\($0)\",\"target\":\"/x\"}" }.joined(
      separator: ",")
    let files = (0..<300).map { "{\"path\":\"\(path)/l\($0)/f\"}" }.joined(separator: ",")
    let all = findings(
      "{\"ignition\":{\"version\":\"3.4.0\"},\"storage\":{\"links\":[\(links)],\"files\":[\(files)]}}"
    )
    #expect(all.count == 300)
  }

  @Test func `may be anything`() throws {
    let cases = try IgnitionCase.read("cases.json") + IgnitionCase.read("cases-spec2.json")
    let pieces = ["null", "[]", "{}", "\"\"", "-1", "1e9", "true", "\"/a\"", "9223372036854775807"]
    for one in cases where !one.input.isEmpty {
      for _ in rounds(60) {
        var bytes = one.input
        for _ in 0..<Int.random(in: 1...4) {
          let index = Int.random(in: bytes.indices)
          switch Int.random(in: 0..<3) {
          case 0: bytes[index] = UInt8.random(in: 0...255)
          case 1: bytes.removeSubrange(index..<min(index + Int.random(in: 1...8), bytes.count - 1))
          default:
            bytes.replaceSubrange(
              index..<index, with: Array(pieces.randomElement()?.utf8 ?? "".utf8))
          }
        }
        check(bytes)
      }
    }
  }

  /// Every value of every case in the place of every other kind.
  @Test func `may have any value anywhere`() throws {
    let values: [JSON] = [
      .null, .bool(false), .number("-9223372036854775808"), .number("9223372036854775807"),
      .number("1"), .string(""), .string("/a"), .array([.null]), .array([.object([])]), .object([]),
    ]
    let cases = try IgnitionCase.read("cases.json") + IgnitionCase.read("cases-spec2.json")
    for one in dear(cases, each: 8) {
      guard let root = try? JSONReader.read(one.input) else { continue }
      for value in values {
        for index in 1..<40 {
          var left = index
          let text = JSONWriter.text(replaced(root, at: &left, by: value), indent: 1)
          if left > 0 { break }
          check(Array(text.utf8))
        }
      }
    }
  }

  private func replaced(_ node: JSON, at left: inout Int, by value: JSON) -> JSON {
    if left == 0 { return node }
    left -= 1
    if left == 0 { return value }
    switch node {
    case .null, .bool, .number, .string: return node
    case .array(let elements): return .array(elements.map { replaced($0, at: &left, by: value) })
    case .object(let members):
      return .object(members.map { JSON.Member($0.name, replaced($0.value, at: &left, by: value)) })
    }
  }

  private func check(_ bytes: [UInt8]) {
    let lines = bytes.count { $0 == 0x0a } + 1
    for finding in IgnitionCheck.findings(bytes, file: "a.ign") {
      #expect(LogText.oneLine(finding.sentence) == finding.sentence)
      guard let place = finding.place else { continue }
      #expect((1...lines).contains(place.line) && place.column >= 1)
    }
  }
}
