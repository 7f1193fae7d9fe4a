// BootServerTests: the docs name what there is.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

@Suite("The docs")
struct DocsTests {
  @Test func `have a row for every key of a profile, and no other`() throws {
    let rows = try Repository.text("docs/profiles.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `") && $0.hasSuffix(".3 |") || $0.hasSuffix(" 1.0 |") }
    let named = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(named.sorted() == ProfileKey.all.map(\.name).sorted())
  }

  @Test func `have a row for every preset, and no other`() throws {
    let text = try Repository.text("docs/operating-systems.md")
    let start = try #require(text.firstRange(of: "| preset |")).upperBound
    let rows = text[start...].split(separator: "\n").dropFirst(2).prefix { $0.hasPrefix("| `") }
    let named = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(named == Preset.all.map(\.name))
    for (row, preset) in zip(rows, Preset.all) where preset.name != "generic" {
      let folder = preset.summary.folder.dropFirst("images/".count)
      #expect(row.contains("| `\(folder)` |"), "\(row)")
      for arch in preset.summary.arches { #expect(row.contains("`\(arch)`"), "\(row)") }
    }
  }

  @Test func `have every event of the log`() throws {
    let text = try Repository.text("docs/events.md")
    let place = Repository.root + "/Sources"
    let files = FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String } ?? []
    var names: Set<String> = []
    for file in files where file.hasSuffix(".swift") {
      let parts = try Repository.text("Sources/" + file).split(separator: "Event.Name(\"")
      names.formUnion(parts.dropFirst().map { String($0.prefix { $0 != "\"" }) })
    }
    #expect(names.count > 40)
    for name in names { #expect(text.contains("`\(name)`"), "\(name)") }
  }

  @Test func `have every path`() throws {
    let text = try Repository.text("docs/api.md")
    for route in Route.table {
      let names = ["ID", "PROFILE"].map { route.path.replacing("*", with: $0) }
      #expect(names.contains { text.contains("`\($0)") }, "\(route.path)")
    }
  }

  @Test func `show the script that a machine gets`() throws {
    let server = try TestServer(adjust: {
      $0.stateDirectoryOption = $0.dataDirectory + "/state"
      $0.dataDirectory = Repository.root
    })
    let script = try server.get("/?profile=development", host: "127.0.0.1:4777").text
    let readme = try Repository.text("README.md")
    for line in script.split(separator: "\n") {
      #expect(readme.contains("\n\(line)\n"), "\(line)")
    }
  }
}
