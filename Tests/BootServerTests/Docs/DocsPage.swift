// BootServerTests/Docs: the files and commands of one page.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A page of the docs, as somebody follows it on a host of their own: `/srv`, `/etc`, `/var` and `/opt` are
/// folders of a temporary one.
final class DocsPage {
  let blocks: [(block: DocsBlock, kind: DocsKind)]
  let host: TemporaryDirectory
  /// Data directories; a page that shows a file twice means another one.
  private(set) var folders = ["srv/boot"]
  /// Files that the page shows, of the last data directory.
  private(set) var files: [String: String] = [:]

  init(_ page: String) throws {
    blocks = try DocsBlock.all(of: page).map { block in
      (block, try #require(DocsKind(block)))
    }
    host = try TemporaryDirectory(
      [
        "srv/boot/profiles/": "", "srv/boot/configs/": "", "etc/": "", "var/backups/": "",
        "opt/": "",
      ])
    for (block, kind) in blocks { try place(block, kind) }
  }

  var data: String { host.path + "/" + folders[0] }

  private func place(_ block: DocsBlock, _ kind: DocsKind) throws {
    switch kind {
    case .file(let path): try add([(path, block.text)])
    case .files:
      let starts = block.text.matches(of: #/profiles/\S+\.json/#.anchorsMatchLineEndings())
      let ends = starts.dropFirst().map(\.range.lowerBound) + [block.text.endIndex]
      try add(
        zip(starts, ends).map { (String($0.output), String(block.text[$0.range.upperBound..<$1])) })
    case .profiles:
      var values: [String] = []
      for line in block.text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("{") { values.append("") }
        if !values.isEmpty { values[values.count - 1] += line + "\n" }
      }
      #expect(!values.isEmpty, "\(block): no line begins with {")
      try add(
        values.enumerated().map {
          ("profiles/example-\(block.line)-\($0.offset + 1).json", $0.element)
        })
    case .members:
      try add([
        (
          "profiles/example-\(block.line).json",
          "{\"os\": \"debian\", \"version\": \"12\",\n\(block.text)}"
        )
      ])
    default: break
    }
  }

  private func add(_ new: [(path: String, text: String)]) throws {
    if new.contains(where: { files[$0.path] != nil }) {
      folders.append("srv/boot\(folders.count + 1)")
      files = [:]
    }
    for (path, text) in new {
      files[path] = text
      try host.write(folders[folders.count - 1] + "/" + path, text)
    }
  }

  /// What `check` finds, once everything is there that the profiles name and that is no matter of the page.
  func findings() throws -> [String] {
    try folders.flatMap { folder -> [String] in
      var lines: [String] = []
      for _ in 0..<12 {
        lines = CheckTests.lines(
          try CheckTests.run(host.path + "/" + folder, ["--base-url", "h"]).output)
        var isSame = true
        for (path, text) in lines.compactMap(Self.lacking) {
          try host.write(folder + "/" + path, text)
          isSame = false
        }
        if isSame { break }
      }
      return lines.filter { $0.contains(#/: (error|warning): /#) }
    }
  }

  /// A file that is missing, and something in its place. Configs only of profiles that are examples by
  /// themselves: a whole file names what the page has.
  private static func lacking(_ line: String) -> (path: String, text: String)? {
    if let match = line.firstMatch(
      of: #/ (?:names|finds no) (images/\S+?)(?:, which is not there.*)?$/#)
    {
      return (match.1.replacing("*", with: "stub"), "stub\n")
    }
    if let match = line.firstMatch(of: #/ (sshkeys/\S+\.pub), which .* names: no such file/#) {
      return (String(match.1), Self.key)
    }
    if let match = line.firstMatch(of: #/ "base" names (profiles/\S+\.json)/#) {
      return (String(match.1), "{\"os\": \"debian\", \"version\": \"12\"}\n")
    }
    guard
      let match = line.firstMatch(
        of: #/^profiles/example-.* names (configs/\S+), which is not there/#)
    else { return nil }
    let name = String(match.1)
    let texts = [
      "xml": "<a/>\n", "json": "{}\n", "ign": "{\"ignition\": {\"version\": \"3.3.0\"}}\n",
      "yml": "#cloud-config\n", "yaml": "a: b\n", "toml": "a = 1\n", "cfg": "# stub\n",
      "ks": "text\n",
    ]
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    return texts[ending].map { (name, $0) } ?? (name + "/user-data", "#cloud-config\n")
  }

  private static let key = (try? Repository.text("sshkeys/development.pub")) ?? ""
}
