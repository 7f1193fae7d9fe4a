// BootServerTests/Docs: every block of every page, checked as it stands there.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("A block of the docs", .waits)
struct DocsRunnerTests {
  @Test func `says what it is`() throws {
    var count = 0
    for page in DocsBlock.pages {
      for block in try DocsBlock.all(of: page) {
        #expect(
          DocsKind(block) != nil,
          """
          \(block): "\(block.info ?? "(indented)")" is no kind of block. Put it between lines of three \
          backticks, and behind the first: \(DocsKind.known)
          """)
        count += 1
      }
    }
    #expect(count > 150)
  }

  @Test(arguments: try DocsBlock.pages.flatMap { try DocsBlock.all(of: $0) })
  func `is read by the program that it is for`(block: DocsBlock) throws {
    let tools = DocsTools(place: "\(block)")
    switch DocsKind(block) {
    case .json: _ = try JSONReader.read(Array(block.text.utf8))
    case .tool(let name): try tools.read(block.text, as: name)
    case .commands: try tools.shell(block.text)
    case .file, .files, .profiles, .members, .output, .picture, nil: break
    }
  }

  /// Files are checked together, commands run in their order, configs rendered for machines that have the
  /// page's profiles.
  @Test(.needs(.bash, .curl), arguments: DocsBlock.pages)
  func `works with the others of its page`(name: String) throws {
    let page = try DocsPage(name)
    let findings = try page.findings().filter { !Self.isExpected($0, name) }
    #expect(findings == [], "\(name)")
    let run = try DocsRun(page)
    for (block, kind) in page.blocks {
      guard case .output(let isPart) = kind else { continue }
      try #require(run, "\(block): no commands of this page are run").compare(block, isPart: isPart)
    }
    if !page.files.keys.filter({ $0.hasPrefix("configs/") }).isEmpty { try Self.render(page, run) }
  }

  /// What is no matter of the page, and what the page itself says that `check` finds.
  private static func isExpected(_ finding: String, _ page: String) -> Bool {
    [
      ("", "nothing here says who made these files"), ("", "this is the example's key"),
      ("docs/install.md", "profiles/talos.json:1:71: warning: no config of its installer is"),
      ("docs/which-profile.md", "profiles/b.json:1:20: warning: asks for the same machines as"),
    ].contains { page.hasPrefix($0) && finding.contains($1) }
  }

  /// Each config of the page as a machine gets it, by the first of the page's profiles that gives it.
  private static func render(_ page: DocsPage, _ run: DocsRun?) throws {
    let server = try run?.server ?? ServerProgram(page.data)
    defer { withExtendedLifetime(server) {} }
    var profiles = page.files.keys.compactMap { $0.wholeMatch(of: #/profiles/(.*)\.json/#)?.1 }
      .map(String.init).sorted()
    if profiles.isEmpty {
      try page.host.write(
        page.folders[0] + "/profiles/any.json", "{\"os\": \"debian\", \"version\": \"12\"}\n")
      profiles = ["any"]
    }
    let program = Program.built("coreos-ipxe-server")
    func said(_ words: String...) throws -> (status: Int32, output: String) {
      try Program.run(program, words + ["--data-dir", page.data])
    }
    for (number, profile) in profiles.enumerated() {
      let mac = "52:54:00:00:01:\(String(number + 16, radix: 16))"
      for words in [
        ["expect", mac, "--profile", profile],
        ["set", mac, "hostname=web1", "metadata.password=$6$salt$hash", "metadata.motd=it's"],
      ] {
        let result = try Program.run(program, ["machines"] + words + ["--data-dir", page.data])
        #expect(result.status == 0, "\(result.output)")
      }
    }
    for (path, text) in page.files where path.hasPrefix("configs/") {
      let name = String(path.dropFirst("configs/".count)).replacing(#/\.tmpl$/#, with: "")
      var tried: [String] = []
      for number in profiles.indices {
        let result = try said(
          "render", "--machine", "52:54:00:00:01:\(String(number + 16, radix: 16))", "--config",
          name)
        if result.status == 0 {
          tried = []
          if path.hasSuffix(".tmpl") { #expect(!result.output.contains("{{"), "\(path)") }
          try DocsTools(place: path).config(name, result.output)
          break
        }
        tried.append(result.output)
      }
      #expect(tried == [], "\(path) is for no machine: \(text)")
    }
  }
}
