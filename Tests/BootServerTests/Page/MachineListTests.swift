// BootServerTests: pieces of the list of machines.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A piece of the list of machines", .waits)
struct MachineListTests {
  /// Five machines: n1 to n3 and n10 are of `core`, the last one waits.
  private static func lab() throws -> MachineLab {
    let lab = try MachineLab()
    for (number, name) in [(1, "n10"), (2, "n2"), (3, "n1"), (4, "N3")] {
      _ = try lab.api(
        "PUT", "/machines/\(MachineLab.uuid(number))",
        #"{"profile":"core","hostname":"\#(name)","serial":"S-\#(number)"}"#)
    }
    _ = try lab.boot("uuid=\(MachineLab.uuid(5))&mac=aa:bb:cc:00:00:05")
    return lab
  }

  private static func names(_ answer: Answer) throws -> [String] {
    let rows = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
    return rows.map { row in
      (row["hostname"] as? String)?.lowercased() ?? String((row["id"] as? String ?? "").suffix(1))
    }
  }

  @Test(
    arguments: [
      ("sort=id", ["n10", "n2", "n1", "n3", "5"]), ("limit=2", ["n10", "n2"]),
      ("sort=name&limit=4", ["5", "n1", "n2", "n3"]),
      ("sort=-name", ["n10", "n3", "n2", "n1", "5"]),
      ("sort=state&limit=2", ["5", "n10"]), ("sort=profile&limit=1", ["n10"]),
      ("sort=held&limit=1", ["5"]), ("sort=-lastBoot&q=n1", ["n1", "n10"]),
      ("q=S-2", ["n2"]), ("q=CORE+n3", ["n3"]), ("q=aa:bb:cc", ["5"]), ("q=nothing", []),
      ("q=is:held", ["5"]), ("q=unmatched", ["5"]), ("q=state:configured+n1", ["n10", "n1"]),
      ("q=profile:core&sort=name&limit=1", ["n1"]), ("q=state:core", []),
    ] as [(String, [String])])
  func `has those that fit, in order`(query: String, names: [String]) throws {
    let answer = try Self.lab().api("GET", "/machines?" + query)
    #expect(answer.status == 200, "\(answer.text)")
    let found = try Self.names(answer)
    #expect(query.contains("lastBoot") ? found.sorted() == names : found == names)
  }

  @Test func `goes on behind the last one of the piece before`() throws {
    let lab = try Self.lab()
    var seen: [String] = []
    var after = ""
    for _ in 0..<5 {
      let answer = try lab.api("GET", "/machines?sort=name&limit=2" + after)
      #expect(answer["x-total-count"] == "5")
      seen += try Self.names(answer)
      let rows = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
      guard let last = rows.last?["id"] as? String else { break }
      after = "&after=" + last
    }
    #expect(seen == ["5", "n1", "n2", "n3", "n10"])
    // One that is gone: by ID the place is known all the same.
    let gone = "after=\(MachineLab.uuid(2))"
    _ = try lab.api("DELETE", "/machines/\(MachineLab.uuid(2))")
    #expect(try Self.names(try lab.api("GET", "/machines?limit=1&" + gone)) == ["n1"])
    #expect(try lab.api("GET", "/machines?sort=name&" + gone).status == 409)
  }

  @Test func `has the keys that are asked for`() throws {
    let lab = try Self.lab()
    let answer = try lab.api("GET", "/machines?fields=id,state&limit=1")
    #expect(answer.text == "[\n{\"id\":\"\(MachineLab.uuid(1))\",\"state\":\"configured\"}\n]\n")
    #expect(try lab.api("HEAD", "/machines?limit=1").status == 200)
  }

  @Test func `is the whole list as before without parameters`() throws {
    let lab = try Self.lab()
    let whole = try lab.api("GET", "/machines")
    #expect(whole["x-total-count"] == nil)
    #expect(try lab.api("GET", "/machines?other=1").body == whole.body)
    #expect(try lab.api("GET", "/machines?sort=id").body == whole.body)
  }

  @Test(arguments: [
    ("limit=0", "limit= is a number"), ("limit=x", "limit= is a number"),
    ("after=n1", "after= is the ID"), ("sort=colour", "sort= is one of id, name"),
    ("fields=id,stat", "did you mean 'state'?"),
    ("q=" + String(repeating: "a", count: 201), "q= has more than 200 bytes"),
  ])
  func `says what is wrong with a parameter`(query: String, line: String) throws {
    let answer = try MachineLab().api("GET", "/machines?" + query)
    #expect(answer.status == 400 && answer.text.contains(line), "\(answer.text)")
    #expect(answer.text.split(separator: "\n").count == 1)
  }

  @Test func `holds machines whose records cannot be used`() throws {
    let lab = try Self.lab()
    lab.server.settle()
    try lab.server.directory.write("state/machines/\(MachineLab.uuid(1)).json", "{")
    for _ in 0..<400 {
      if try lab.api("GET", "/machines?q=is:held")["x-total-count"] == "2" { break }
      usleep(10_000)
    }
    let answer = try lab.api("GET", "/machines?q=is:held&fields=id,problem,state")
    #expect(answer["x-total-count"] == "2")
    #expect(answer.text.contains("\"problem\":\"") && answer.text.contains("\"state\":null"))
  }

  /// Markup, text that runs the other way, and 4 KB go through as they are: the page shows text.
  @Test func `carries hostile names as JSON`() throws {
    let lab = try Self.lab()
    let name = "<img src=x onerror=alert(1)>\u{202e}" + String(repeating: "x", count: 4000)
    let body = try JSONSerialization.data(withJSONObject: ["metadata": ["note": name]])
    let id = MachineLab.uuid(1)
    #expect(
      try lab.api("PATCH", "/machines/\(id)", String(decoding: body, as: UTF8.self)).status == 200)
    let answer = try lab.api("GET", "/machines?limit=1")
    #expect(answer["content-type"] == "application/json")
    let rows = try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
    #expect((rows.first?["metadata"] as? [String: String])?["note"] == name)
  }
}
