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
  /// Data directories: lines of names and profiles are one of their own.
  private(set) var folders = ["srv/boot"]
  /// Files that the page shows, of the last data directory.
  private(set) var files: [String: String] = [:]
  /// Those that are whole files: the page has the configs that they name.
  private var wholes: Set<String> = []

  init(_ page: String) throws {
    blocks = try DocsBlock.all(of: page).map { block in
      (block, try #require(DocsKind(block)))
    }
    host = try TemporaryDirectory(
      [
        "srv/boot/profiles/": "", "srv/boot/configs/": "", "etc/dnsmasq.d/": "",
        "var/backups/": "", "opt/coreos-ipxe-server/profiles/": "",
        "ipxe/undionly.kpxe": "", "ipxe/snponly.efi": "",
      ])
    for (block, kind) in blocks { try place(block, kind) }
  }

  var data: String { host.path + "/" + folders[0] }

  private func place(_ block: DocsBlock, _ kind: DocsKind) throws {
    switch kind {
    case .file(let path):
      wholes.insert(path)
      try add([(path, block.text)])
    case .files:
      if !files.isEmpty {
        folders.append("srv/boot\(folders.count + 1)")
        files = [:]
      }
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
        for (path, text) in lines.compactMap(lacking) {
          try host.write(folder + "/" + path, text)
          isSame = false
        }
        if isSame { break }
      }
      return lines.filter { $0.contains(#/: (error|warning): /#) }
    }
  }

  /// A file that is missing, and something in its place.
  private func lacking(_ line: String) -> (path: String, text: String)? {
    if let match = line.firstMatch(of: #/ (?:names|finds no) (images/[^ ,]+)(?:,.*)?$/#) {
      return (String(match.1).replacing("*", with: "stub"), "stub\n")
    }
    if let match = line.firstMatch(of: #/ (sshkeys/\S+\.pub), which .* names: no such file/#) {
      return (String(match.1), Self.key)
    }
    if let match = line.firstMatch(of: #/ "base" names "(\S+)": there is no profiles/#) {
      return ("profiles/\(match.1).json", "{\"os\": \"debian\", \"version\": \"12\"}\n")
    }
    guard
      let match = line.firstMatch(of: #/^([^:]+):.* names (configs/\S+), which is not there/#),
      !wholes.contains(String(match.1))
    else { return nil }
    let name = String(match.2)
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    if let text = Self.stubs[ending] { return (name + ".tmpl", text) }
    return (name + "/user-data.tmpl", "#cloud-config\n")
  }

  private static let stubs = [
    "xml": "<a/>\n", "json": "{}\n", "ign": "{\"ignition\": {\"version\": \"3.3.0\"}}\n",
    "yml": "#cloud-config\n", "yaml": "#cloud-config\n", "toml": "a = 1\n", "cfg": "# stub\n",
    "ks": "text\n",
  ]
  private static let key = (try? Repository.text("sshkeys/development.pub")) ?? ""
}
