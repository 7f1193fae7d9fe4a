// BootTests/Check/CloudConfig: texts that are made to do harm.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

@Suite("The check of a hostile cloud-config")
struct CloudConfigHostileTests {
  static let dialects: [CloudConfigCheck.Dialect?] = [.coreOS, .cloudInit, nil]

  /// - Returns: findings that break what every finding keeps.
  static func broken(_ bytes: [UInt8]) -> [Finding] {
    let lines = bytes.count { $0 == 0x0a || $0 == 0x0d } + 1
    return dialects.flatMap { CloudConfigCheck.findings(bytes, file: "a", dialect: $0) }.filter {
      let isPlace = $0.place.map { (1...lines).contains($0.line) && $0.column >= 1 } ?? true
      return !isPlace || $0.sentence.isEmpty || $0.sentence.hasSuffix(".")
        || $0.sentence.utf8.contains { $0 < 0x20 || $0 == 0x7f } || $0.sentence.count > 400
    }
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "a: {b: ", "&a [", "coreos: {units: ["])
  func `has an end where nesting has none`(opening: String) {
    let text = "#cloud-config\n" + String(repeating: opening, count: 100_000)
    #expect(said(text).count == 1)
    #expect(said(text, .cloudInit).count == 1)
  }

  @Test func `goes as deep as the reader of YAML`() {
    let depth = 990
    let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(said(body: "hostname: \(deep)\n").count == 1)
    #expect(said(body: "users: \(deep)\n", .cloudInit) == [])
    let merges =
      String(repeating: "{<<: ", count: depth) + "{a: b}" + String(repeating: "}", count: depth)
    #expect(said(body: "<<: \(merges)\n").count == 1)
  }

  @Test func `counts what aliases stand for`() {
    var text = "#cloud-config\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for index in 1...9 {
      let aliases = Array(repeating: "*a\(index - 1)", count: 10).joined(separator: ", ")
      text += "a\(index): &a\(index) [\(aliases)]\n"
    }
    #expect(said(text).map { $0.contains(" error yaml the aliases up to here") } == [true])
    let units = "coreos: {units: &u [{commnad: a}]}\n"
    #expect(said(body: units + "a: [" + String(repeating: "*u, ", count: 9000) + "]\n").count == 2)
  }

  @Test(
    arguments: [
      [], [0], [0xff, 0xfe], [0x1f, 0x8b, 8], Array("#cloud-config\n".utf8) + [0xff],
      Array("#cloud-config\na: \"\\ud800\"\n".utf8), Array("#cloud-config\n\u{0}".utf8),
      Array("-----BEGIN ".utf8), Array("#cloud-config\n...\n...\n---\n---".utf8),
      Array("#cloud-config\n%YAML 1.2\n---\r---\r...\r%".utf8),
    ] as [[UInt8]])
  func `keeps its form on strange bytes`(bytes: [UInt8]) {
    #expect(Self.broken(bytes) == [])
  }

  @Test func `keeps its form on mutations of what is valid`() {
    var state: UInt64 = 2026
    func number(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(limit))
    }
    let bits = [
      "\t", "\n", "- ", ": ", "{", "}", "[", "]", "\"", "'", "&a ", "*a", "<<: ", "!!int ",
      "---\n", "...\n", "#", "|\n", "é", "\r", "\u{0}", "\u{85}", "  ", "/usr/", "coreos:", "%",
    ]
    let texts =
      CloudConfigCase.all.map(\.input).filter { $0.count < 2000 }
      + [Array(("#cloud-config\n" + CloudInitCheckTests.ubuntu).utf8)]
    for round in rounds(4000) {
      var bytes = texts[round % texts.count]
      for _ in 0...number(below: 4) {
        let at = number(below: bytes.count + 1)
        switch number(below: 4) {
        case 0 where at < bytes.count: bytes.remove(at: at)
        case 1 where at < bytes.count: bytes[at] = UInt8(number(below: 256))
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + number(below: 9)))
        default: bytes.insert(contentsOf: bits[number(below: bits.count)].utf8, at: at)
        }
      }
      let broken = Self.broken(bytes)
      #expect(broken == [], "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  static let shapes = [
    "a@: b\n", "hostname: b\n", "hostname@: b\n", "é", "#\n", "---\n", "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\n", "- a\n", "a ", "\n", "write_files: [{encoding: b64}]\n",
    "? a\n", "... \n", "%a\n", "\r", " ",
  ]

  /// Processor time of this thread; eight times the text may take eight times as long, and not 64.
  @Test(arguments: shapes, ["#cloud-config\n", "#cloud-config\ncoreos: {etcd: {", "{", ""])
  func `takes time as its length`(shape: String, opening: String) {
    func bytes(_ count: Int) -> [UInt8] {
      var text = opening
      for index in 0..<count { text += shape.replacing("@", with: "\(index)") }
      return Array(text.utf8)
    }
    func seconds(_ bytes: [UInt8]) -> Double {
      processorSeconds { _ = CloudConfigCheck.findings(bytes, file: "a") }
    }
    let (short, long) = (seconds(bytes(250)), seconds(bytes(2000)))
    #expect(long < 24 * max(short, 0.000_2), "\(short) \(long)")
  }
}
